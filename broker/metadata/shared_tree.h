// The tree under SharedMap: an AVL tree of immutable nodes, and the functions that make a changed tree out of
// one, sharing all nodes but those on the path to the change.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/check.h"

namespace klamm::broker::tree {

template <class Entry>
struct Node {
  using Link = std::shared_ptr<const Node>;

  // Behind a pointer of its own, so that copying a path copies no keys and values.
  std::shared_ptr<const Entry> entry;
  Link left, right;
  uint32_t size;
  uint8_t height;
};

// null is the empty tree.
template <class Entry>
using Link = typename Node<Entry>::Link;

template <class Entry>
using Item = std::shared_ptr<const Entry>;

template <class N>
size_t count(const std::shared_ptr<N>& node) {
  return node ? node->size : 0;
}

template <class N>
int height(const std::shared_ptr<N>& node) {
  return node ? node->height : 0;
}

template <class Entry>
Link<Entry> make(Item<Entry> entry, Link<Entry> left, Link<Entry> right) {
  const auto size = static_cast<uint32_t>(count(left) + count(right) + 1);
  const auto tall = static_cast<uint8_t>(std::max(height(left), height(right)) + 1);
  return std::make_shared<const Node<Entry>>(
      Node<Entry>{std::move(entry), std::move(left), std::move(right), size, tall});
}

// make(), where one side may be taller than the other by two.
template <class Entry>
Link<Entry> balance(Item<Entry> entry, Link<Entry> left, Link<Entry> right) {
  const int lean = height(left) - height(right);
  if (lean > 1) {
    if (height(left->left) >= height(left->right)) {
      return make<Entry>(left->entry, left->left,
                         make<Entry>(std::move(entry), left->right, std::move(right)));
    }
    const Link<Entry> pivot = left->right;
    return make<Entry>(pivot->entry, make<Entry>(left->entry, left->left, pivot->left),
                       make<Entry>(std::move(entry), pivot->right, std::move(right)));
  }
  if (lean < -1) {
    if (height(right->right) >= height(right->left)) {
      return make<Entry>(right->entry, make<Entry>(std::move(entry), std::move(left), right->left),
                         right->right);
    }
    const Link<Entry> pivot = right->left;
    return make<Entry>(pivot->entry, make<Entry>(std::move(entry), std::move(left), pivot->left),
                       make<Entry>(right->entry, pivot->right, right->right));
  }
  return make<Entry>(std::move(entry), std::move(left), std::move(right));
}

// The tree with `entry` in the place of what has its key.
template <class Entry>
Link<Entry> put(const Link<Entry>& node, Item<Entry> entry) {
  if (!node) return make<Entry>(std::move(entry), nullptr, nullptr);
  if (entry->first < node->entry->first) {
    return balance<Entry>(node->entry, put<Entry>(node->left, std::move(entry)), node->right);
  }
  if (node->entry->first < entry->first) {
    return balance<Entry>(node->entry, node->left, put<Entry>(node->right, std::move(entry)));
  }
  return make<Entry>(std::move(entry), node->left, node->right);
}

template <class Entry>
Link<Entry> drop_first(const Link<Entry>& node) {
  if (!node->left) return node->right;
  return balance<Entry>(node->entry, drop_first<Entry>(node->left), node->right);
}

// The tree without `key`, which is there.
template <class Entry, class Q>
Link<Entry> drop(const Link<Entry>& node, const Q& key) {
  CHECK(node != nullptr);
  if (key < node->entry->first) {
    return balance<Entry>(node->entry, drop<Entry>(node->left, key), node->right);
  }
  if (node->entry->first < key) {
    return balance<Entry>(node->entry, node->left, drop<Entry>(node->right, key));
  }
  if (!node->left) return node->right;
  if (!node->right) return node->left;
  const Node<Entry>* next = node->right.get();
  while (next->left) next = next->left.get();
  return balance<Entry>(next->entry, node->left, drop_first<Entry>(node->right));
}

// Calls visit(entry) in the order of the keys until it gives false; whether it never did.
template <class N, class Visit>
bool walk(const N* node, Visit& visit) {
  if (node == nullptr) return true;
  return walk(node->left.get(), visit) && visit(*node->entry) && walk(node->right.get(), visit);
}

// The same, from the first key that is not less than `key`.
template <class N, class Q, class Visit>
bool walk_from(const N* node, const Q& key, Visit& visit) {
  if (node == nullptr) return true;
  if (node->entry->first < key) return walk_from(node->right.get(), key, visit);
  return walk_from(node->left.get(), key, visit) && visit(*node->entry) && walk(node->right.get(), visit);
}

}  // namespace klamm::broker::tree
