// SharedMap<K, V>: an ordered map that is a value. A changed copy shares all nodes with the original but those on
// the path to the change, so that copying is one pointer, a change costs O(log n), and two maps that came from one
// another are compared in time proportional to what differs.
//
// It is an AVL tree of immutable nodes. The shape depends only on the order of the changes: deterministic.
// Any number of threads may read maps that share nodes; one map object is changed by one thread.
// K needs operator<; lookups take anything that can be ordered against K (a string_view for a string).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.h"

namespace klamm::broker {

template <class K, class V>
class SharedMap {
  struct Node;
  using Link = std::shared_ptr<const Node>;

 public:
  using Entry = std::pair<const K, V>;
  class const_iterator;
  // What diff() reports: before is null for an added key, after for a removed one.
  struct Change {
    const Entry* before;
    const Entry* after;
    const K& key() const { return before ? before->first : after->first; }
  };

  SharedMap() = default;

  size_t size() const { return count(root_); }
  bool empty() const { return root_ == nullptr; }
  // Whether both are the very same tree; true also says that they are equal.
  bool same_as(const SharedMap& other) const { return root_ == other.root_; }

  // nullptr when absent. The pointer is good while any map that holds this entry lives.
  template <class Q>
  const V* find(const Q& key) const {
    const Node* at = root_.get();
    while (at) {
      if (key < at->entry->first) {
        at = at->left.get();
      } else if (at->entry->first < key) {
        at = at->right.get();
      } else {
        return &at->entry->second;
      }
    }
    return nullptr;
  }
  template <class Q>
  bool contains(const Q& key) const {
    return find(key) != nullptr;
  }

  // This map with `key` set to `value`, or without `key`.
  [[nodiscard]] SharedMap with(K key, V value) const {
    return SharedMap(put(root_, std::make_shared<const Entry>(std::move(key), std::move(value))));
  }
  template <class Q>
  [[nodiscard]] SharedMap without(const Q& key) const {
    return contains(key) ? SharedMap(drop(root_, key)) : *this;
  }
  // The same, in place of this object's own map; maps that shared nodes with it keep what they had.
  void set(K key, V value) { *this = with(std::move(key), std::move(value)); }
  // Whether `key` was there.
  template <class Q>
  bool erase(const Q& key) {
    if (!contains(key)) return false;
    *this = SharedMap(drop(root_, key));
    return true;
  }

  // In the order of the keys. An iterator is good while the map object it came from is neither changed nor gone.
  const_iterator begin() const { return const_iterator(root_.get()); }
  const_iterator end() const { return const_iterator(nullptr); }
  // From the first key that is not less than `key`.
  template <class Q>
  const_iterator lower_bound(const Q& key) const {
    return const_iterator(root_.get(), key);
  }

  // Calls report(Change) for each key that is in one map only, or whose value was set anew between the two, in
  // the order of the keys. Shared subtrees are skipped whole. A value that was set to an equal one may be
  // reported: who minds compares.
  template <class Report>
  static void diff(const SharedMap& before, const SharedMap& after, Report report);

  friend bool operator==(const SharedMap& a, const SharedMap& b) {
    if (a.root_ == b.root_) return true;
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  struct Node {
    std::shared_ptr<const Entry> entry;
    Link left, right;
    uint32_t size;
    uint8_t height;
  };
  class DiffCursor;

  explicit SharedMap(Link root) : root_(std::move(root)) {}

  static size_t count(const Link& node) { return node ? node->size : 0; }
  static int height(const Link& node) { return node ? node->height : 0; }
  static Link make(std::shared_ptr<const Entry> entry, Link left, Link right) {
    const auto size = static_cast<uint32_t>(count(left) + count(right) + 1);
    const auto tall = static_cast<uint8_t>(std::max(height(left), height(right)) + 1);
    return std::make_shared<const Node>(Node{std::move(entry), std::move(left), std::move(right), size, tall});
  }
  static Link balance(std::shared_ptr<const Entry> entry, Link left, Link right);
  static Link put(const Link& node, std::shared_ptr<const Entry> entry);
  template <class Q>
  static Link drop(const Link& node, const Q& key);
  static Link drop_first(const Link& node);

  Link root_;
};

template <class K, class V>
class SharedMap<K, V>::const_iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const Entry*;
  using reference = const Entry&;

  const_iterator() = default;
  reference operator*() const { return *path_.back()->entry; }
  pointer operator->() const { return path_.back()->entry.get(); }
  const_iterator& operator++() {
    const Node* next = path_.back()->right.get();
    path_.pop_back();
    descend(next);
    return *this;
  }
  const_iterator operator++(int) {
    const_iterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const const_iterator& a, const const_iterator& b) {
    if (a.path_.empty() || b.path_.empty()) return a.path_.empty() == b.path_.empty();
    return a.path_.back() == b.path_.back();
  }

 private:
  friend class SharedMap;
  explicit const_iterator(const Node* root) { descend(root); }
  template <class Q>
  const_iterator(const Node* at, const Q& key) {
    while (at) {
      if (at->entry->first < key) {
        at = at->right.get();
      } else {
        path_.push_back(at);
        at = at->left.get();
      }
    }
  }
  void descend(const Node* at) {
    for (; at; at = at->left.get()) path_.push_back(at);
  }

  // The nodes still to visit, the next one last; of each, its right subtree comes after it.
  std::vector<const Node*> path_;
};

template <class K, class V>
auto SharedMap<K, V>::balance(std::shared_ptr<const Entry> entry, Link left, Link right) -> Link {
  const int lean = height(left) - height(right);
  if (lean > 1) {
    if (height(left->left) >= height(left->right)) {
      return make(left->entry, left->left, make(std::move(entry), left->right, std::move(right)));
    }
    const Link pivot = left->right;
    return make(pivot->entry, make(left->entry, left->left, pivot->left),
                make(std::move(entry), pivot->right, std::move(right)));
  }
  if (lean < -1) {
    if (height(right->right) >= height(right->left)) {
      return make(right->entry, make(std::move(entry), std::move(left), right->left), right->right);
    }
    const Link pivot = right->left;
    return make(pivot->entry, make(std::move(entry), std::move(left), pivot->left),
                make(right->entry, pivot->right, right->right));
  }
  return make(std::move(entry), std::move(left), std::move(right));
}

template <class K, class V>
auto SharedMap<K, V>::put(const Link& node, std::shared_ptr<const Entry> entry) -> Link {
  if (!node) return make(std::move(entry), nullptr, nullptr);
  if (entry->first < node->entry->first) {
    return balance(node->entry, put(node->left, std::move(entry)), node->right);
  }
  if (node->entry->first < entry->first) {
    return balance(node->entry, node->left, put(node->right, std::move(entry)));
  }
  return make(std::move(entry), node->left, node->right);
}

template <class K, class V>
template <class Q>
auto SharedMap<K, V>::drop(const Link& node, const Q& key) -> Link {
  CHECK(node != nullptr);
  if (key < node->entry->first) return balance(node->entry, drop(node->left, key), node->right);
  if (node->entry->first < key) return balance(node->entry, node->left, drop(node->right, key));
  if (!node->left) return node->right;
  if (!node->right) return node->left;
  const Node* next = node->right.get();
  while (next->left) next = next->left.get();
  return balance(next->entry, node->left, drop_first(node->right));
}

template <class K, class V>
auto SharedMap<K, V>::drop_first(const Link& node) -> Link {
  if (!node->left) return node->right;
  return balance(node->entry, drop_first(node->left), node->right);
}

// What is left to compare of one tree: whole subtrees and single nodes, the smallest keys last.
template <class K, class V>
class SharedMap<K, V>::DiffCursor {
 public:
  explicit DiffCursor(const Node* root) { push(root, false); }

  bool done() const { return parts_.empty(); }
  const Node* node() const { return parts_.back().node; }
  bool single() const { return parts_.back().single; }
  const Entry* entry() const { return node()->entry.get(); }
  bool same_part(const DiffCursor& other) const { return node() == other.node() && single() == other.single(); }
  void pop() { parts_.pop_back(); }
  // Replaces a whole subtree by its left part, its root and its right part.
  void expand() {
    const Node* root = node();
    pop();
    push(root->right.get(), false);
    push(root, true);
    push(root->left.get(), false);
  }

 private:
  struct Part {
    const Node* node;
    bool single;
  };
  void push(const Node* node, bool single) {
    if (node) parts_.push_back({node, single});
  }

  std::vector<Part> parts_;
};

template <class K, class V>
template <class Report>
void SharedMap<K, V>::diff(const SharedMap& before, const SharedMap& after, Report report) {
  DiffCursor a(before.root_.get()), b(after.root_.get());
  while (!a.done() || !b.done()) {
    if (!a.done() && !b.done() && a.same_part(b)) {
      a.pop();
      b.pop();
      continue;
    }
    // Whichever subtree is taller may hold the other one, and is opened first, so that shared ones meet whole.
    const bool open_a = !a.done() && !a.single();
    const bool open_b = !b.done() && !b.single();
    if (open_a && (!open_b || a.node()->height >= b.node()->height)) {
      a.expand();
    } else if (open_b) {
      b.expand();
    } else if (b.done() || (!a.done() && a.entry()->first < b.entry()->first)) {
      report(Change{a.entry(), nullptr});
      a.pop();
    } else if (a.done() || b.entry()->first < a.entry()->first) {
      report(Change{nullptr, b.entry()});
      b.pop();
    } else {
      // An entry moves between nodes when the tree is rebalanced; it changed only if it is another entry.
      if (a.entry() != b.entry()) report(Change{a.entry(), b.entry()});
      a.pop();
      b.pop();
    }
  }
}

}  // namespace klamm::broker
