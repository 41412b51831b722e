import {render} from 'preact';
import './style.css';
import {App} from './app';
import {followLinks} from './lib/router';

followLinks();
render(<App />, document.getElementById('app')!);
