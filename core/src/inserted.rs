//! Maps made item by item.

/// What `collect` makes of the items. That sorts them first, with a code of its own for every type of
/// item: much of it, and no gain for the few items that maps have here.
pub(crate) fn inserted<T, M: Default + Extend<T>>(items: impl IntoIterator<Item = T>) -> M {
    let mut map = M::default();
    map.extend(items);
    map
}
