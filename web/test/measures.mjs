// What is measured in a page.

export async function heap(shown) {
  const session = await shown.context.newCDPSession(shown.page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const {usedSize} = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** From now on. */
export const longTasks = shown =>
  shown.page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver(list => globalThis.longTasks.push(...list.getEntries().map(each => each.duration))).observe({type: 'longtask'});
  });

/** The longest since, ms. */
export const longest = async shown => Math.round(Math.max(0, ...(await shown.page.evaluate(() => globalThis.longTasks))));
