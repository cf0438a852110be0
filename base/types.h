// The numbers that Kafka tells apart, as types of their own, so that an epoch cannot be passed for an offset.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace klamm {

// A position in a partition's log, counted in records.
struct Offset {
  int64_t value = 0;

  friend constexpr auto operator<=>(Offset, Offset) = default;
  friend constexpr Offset operator+(Offset offset, int64_t records) { return {offset.value + records}; }
  friend constexpr Offset operator-(Offset offset, int64_t records) { return {offset.value - records}; }
  friend constexpr int64_t operator-(Offset a, Offset b) { return a.value - b.value; }
};

// A leader's term: of a partition, or of the metadata quorum.
struct Epoch {
  int32_t value = 0;

  friend constexpr auto operator<=>(Epoch, Epoch) = default;
  constexpr Epoch next() const { return {value + 1}; }
};

// The id of a broker or controller (node.id).
struct NodeId {
  int32_t value = 0;

  friend constexpr auto operator<=>(NodeId, NodeId) = default;
};

inline constexpr Offset kNoOffset{-1};
inline constexpr Epoch kNoEpoch{-1};
inline constexpr NodeId kNoNode{-1};

}  // namespace klamm

template <>
struct std::hash<klamm::Offset> {
  size_t operator()(klamm::Offset offset) const noexcept { return std::hash<int64_t>()(offset.value); }
};
template <>
struct std::hash<klamm::NodeId> {
  size_t operator()(klamm::NodeId id) const noexcept { return std::hash<int32_t>()(id.value); }
};
