/// Items that came together, to be given one after the other.
struct Batch<Item> {
  private var items: ArraySlice<Item> = []

  init() {}
  init(_ items: [Item]) { self.items = items[...] }

  var isEmpty: Bool { items.isEmpty }
  mutating func next() -> Item? { items.popFirst() }
}
