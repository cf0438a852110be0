// Comparing two trees of SharedMap: what they share is skipped whole.
#pragma once

#include <cstddef>
#include <vector>

#include "broker/metadata/shared_tree.h"

namespace klamm::broker::tree {

// What is left to compare of one tree: whole subtrees and single nodes, the smallest keys last.
template <class Entry>
class DiffCursor {
 public:
  explicit DiffCursor(const Node<Entry>* root) { push(root, false); }

  bool done() const { return parts_.empty(); }
  const Node<Entry>* node() const { return parts_.back().node; }
  bool single() const { return parts_.back().single; }
  const Entry* entry() const { return node()->entry.get(); }
  bool same_part(const DiffCursor& other) const {
    return node() == other.node() && single() == other.single();
  }
  void pop() { parts_.pop_back(); }
  // Replaces a whole subtree by its left part, its root and its right part.
  void expand() {
    const Node<Entry>* root = node();
    pop();
    push(root->right.get(), false);
    push(root, true);
    push(root->left.get(), false);
  }

 private:
  struct Part {
    const Node<Entry>* node;
    bool single;
  };
  void push(const Node<Entry>* node, bool single) {
    if (node) parts_.push_back({node, single});
  }

  std::vector<Part> parts_;
};

// Calls report(before, after) for each key that is in one tree only (the other is null), or has another entry
// in each, in the order of the keys.
template <class Entry, class Report>
size_t diff(const Node<Entry>* before, const Node<Entry>* after, const Report& report) {
  DiffCursor<Entry> a(before), b(after);
  size_t steps = 0;
  for (; !a.done() || !b.done(); ++steps) {
    if (!a.done() && !b.done() && a.same_part(b)) {
      a.pop();
      b.pop();
      continue;
    }
    // Whichever subtree is taller may hold the other one, and is opened first, so that shared ones meet
    // whole.
    const bool open_a = !a.done() && !a.single();
    const bool open_b = !b.done() && !b.single();
    if (open_a && (!open_b || a.node()->height >= b.node()->height)) {
      a.expand();
    } else if (open_b) {
      b.expand();
    } else if (b.done() || (!a.done() && a.entry()->first < b.entry()->first)) {
      report(a.entry(), nullptr);
      a.pop();
    } else if (a.done() || b.entry()->first < a.entry()->first) {
      report(nullptr, b.entry());
      b.pop();
    } else {
      // An entry moves between nodes when the tree is rebalanced; it changed only if it is another entry.
      if (a.entry() != b.entry()) report(a.entry(), b.entry());
      a.pop();
      b.pop();
    }
  }
  return steps;
}

}  // namespace klamm::broker::tree
