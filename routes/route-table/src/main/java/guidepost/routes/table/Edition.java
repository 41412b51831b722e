package guidepost.routes.table;

/// Whose the nodes of a tree are: each is changed only by the edition that made it. Every edition
/// is another, whatever table it is of.
final class Edition {}
