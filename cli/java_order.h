// The order in which a Java program meets the entries of its hash tables. Kafka's tools print what they have
// in such tables as it comes, and their output is compared with ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace klamm::cli {

// String.hashCode() of text that is UTF-8 here.
int32_t java_hash(std::string_view text);
// TopicPartition.hashCode() of Kafka's clients.
int32_t java_hash(std::string_view topic, int32_t partition);

// Where java.util.HashMap leads to when entries with these hashes were put into it one after the other: the
// places in `hashes`, in the order of iteration. `capacity` is what the table was made with. (Buckets that
// Java turns into trees, of eight and more, are taken as lists, as which it goes through them too.)
std::vector<size_t> java_hash_order(const std::vector<int32_t>& hashes, size_t capacity = 16);

// The elements of `all` in that order, each hashed by `hash_of`.
template <class T, class F>
std::vector<T> in_java_order(std::vector<T> all, F hash_of, size_t capacity = 16) {
  std::vector<int32_t> hashes;
  for (const T& one : all) hashes.push_back(hash_of(one));
  std::vector<T> ordered;
  for (const size_t place : java_hash_order(hashes, capacity)) ordered.push_back(std::move(all[place]));
  return ordered;
}

}  // namespace klamm::cli
