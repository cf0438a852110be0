// SharedMap<K, V>: an ordered map that is a value. A changed copy shares all nodes with the original but
// those on the path to the change, so that copying is one pointer, a change costs O(log n), and two maps that
// came from one another are compared in time proportional to what differs.
//
// The shape of the tree depends only on the order of the changes: deterministic. Any number of threads may
// read maps that share nodes; one map object is changed by one thread. K needs operator<; lookups take
// anything that can be ordered against K (a string_view for a string).
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "broker/metadata/shared_tree.h"
#include "broker/metadata/shared_tree_diff.h"

namespace klamm::broker {

template <class K, class V>
class SharedMap {
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

  size_t size() const { return tree::count(root_); }
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
    return SharedMap(
        tree::put<Entry>(root_, std::make_shared<const Entry>(std::move(key), std::move(value))));
  }
  template <class Q>
  [[nodiscard]] SharedMap without(const Q& key) const {
    return contains(key) ? SharedMap(tree::drop<Entry>(root_, key)) : *this;
  }
  // The same, in place of this object's own map; maps that shared nodes with it keep what they had.
  void set(K key, V value) { *this = with(std::move(key), std::move(value)); }
  // Whether `key` was there.
  template <class Q>
  bool erase(const Q& key) {
    if (!contains(key)) return false;
    *this = SharedMap(tree::drop<Entry>(root_, key));
    return true;
  }

  // In the order of the keys. An iterator is good while the map object it came from is neither changed nor
  // gone.
  const_iterator begin() const { return const_iterator(root_.get()); }
  const_iterator end() const { return const_iterator(nullptr); }
  // From the first key that is not less than `key`.
  template <class Q>
  const_iterator lower_bound(const Q& key) const {
    return const_iterator(root_.get(), key);
  }
  // Calls visit(entry) for each entry from the first key that is not less than `key`, in the order of the
  // keys, until it gives false. Unlike an iterator it allocates nothing.
  template <class Q, class Visit>
  void walk_from(const Q& key, Visit visit) const {
    tree::walk_from(root_.get(), key, visit);
  }

  // Calls report(Change) for each key that is in one map only, or whose value was set anew between the two,
  // in the order of the keys. Shared subtrees are skipped whole. A value that was set to an equal one may be
  // reported: who minds compares. Gives the number of steps that it took, a skipped subtree counting as one.
  template <class Report>
  static size_t diff(const SharedMap& before, const SharedMap& after, Report report) {
    return tree::diff<Entry>(before.root_.get(), after.root_.get(),
                             [&](const Entry* old_entry, const Entry* new_entry) {
                               report(Change{old_entry, new_entry});
                             });
  }

  friend bool operator==(const SharedMap& a, const SharedMap& b) {
    if (a.root_ == b.root_) return true;
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  using Node = tree::Node<Entry>;

  explicit SharedMap(tree::Link<Entry> root) : root_(std::move(root)) {}

  tree::Link<Entry> root_;
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

}  // namespace klamm::broker
