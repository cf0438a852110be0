// A file of fixed-size entries that only grows: what the offset index and the time index have in common.
//
// Entries that were there when the segment was opened (or sealed) are read from the file; those appended
// since are kept in memory, in chunks that never move, and are written out when the writer says so. One
// thread appends while others read: an entry is seen once the count that includes it was seen.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <optional>
#include <span>

#include "storage/index_block.h"
#include "storage/segment_file.h"

namespace klamm::storage {

// Grows by chunks of 16, 32, 64... elements.
template <class T>
class AppendOnly {
 public:
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  const T& operator[](uint32_t at) const {
    const auto [chunk, slot] = place(at);
    return (*chunks_)[chunk][slot];
  }
  void push_back(const T& value) {
    const uint32_t at = size_.load(std::memory_order_relaxed);
    const auto [chunk, slot] = place(at);
    if (!chunks_) chunks_ = std::make_unique<Chunks>();
    std::unique_ptr<T[]>& elements = (*chunks_)[chunk];
    if (!elements) elements = std::make_unique<T[]>(size_t{kFirst} << chunk);
    elements[slot] = value;
    size_.store(at + 1, std::memory_order_release);
  }

 private:
  static constexpr uint32_t kFirst = 16;
  using Chunks = std::array<std::unique_ptr<T[]>, 28>;
  struct Place {
    uint32_t chunk, slot;
  };
  static Place place(uint32_t at) {
    const uint32_t chunk = static_cast<uint32_t>(std::bit_width(at / kFirst + 1)) - 1;
    return {chunk, at - kFirst * ((1u << chunk) - 1)};
  }

  std::unique_ptr<Chunks> chunks_;  // made with the first element, which sealed and idle segments do not have
  std::atomic<uint32_t> size_{0};
};

// Entry has: kSize; void encode(uint8_t*) const; static Entry decode(const uint8_t*).
template <class Entry>
class EntryIndex {
 public:
  // `files` outlives the index. `on_file` entries are already in the file.
  EntryIndex(const SegmentFiles& files, SegmentPart part, uint32_t on_file)
      : files_(files), part_(part), on_file_(on_file), written_(on_file) {}

  uint32_t count() const { return on_file_ + added_.size(); }

  DiskResult<Entry> at(uint32_t index) const {
    CHECK(index < count());
    if (index >= on_file_) return added_[index - on_file_];
    if (auto block = last_block_.get(); block && block->holds(index)) return block->at(index);
    std::array<uint8_t, Entry::kSize> bytes;
    auto read = read_file(index, bytes);
    if (!read.ok()) return Error{read.error()};
    return Entry::decode(bytes.data());
  }
  DiskResult<std::optional<Entry>> last() const {
    const uint32_t n = count();
    if (n == 0) return std::optional<Entry>();
    auto entry = at(n - 1);
    if (!entry.ok()) return Error{entry.error()};
    return std::optional<Entry>(*entry);
  }
  // How many entries at the front satisfy `before`, which holds for a prefix of them. The file is halved down
  // to one block, and that is read whole and kept: most look-ups are one read, or none.
  template <class Before>
  DiskResult<uint32_t> count_while(Before before) const {
    if (auto block = on_file_ > 0 ? last_block_.get() : nullptr) {
      if (auto known = block->count_while(before)) return *known;
    }
    uint32_t low = 0;
    uint32_t high = count();
    if (high > on_file_ && on_file_ > 0) {
      if (before(added_[0]))
        low = on_file_ + 1;  // spares the file
      else
        high = on_file_;
    }
    while (high - low > kBlock || (low < high && low >= on_file_)) {
      const uint32_t middle = low + (high - low) / 2;
      auto entry = at(middle);
      if (!entry.ok()) return Error{entry.error()};
      if (before(*entry))
        low = middle + 1;
      else
        high = middle;
    }
    return low == high ? DiskResult<uint32_t>(low) : count_in_block(low, high, before);
  }

  // Lets go of what was kept of the file.
  void forget_block() const { last_block_.keep(nullptr); }

  // The writer's side.
  void append(const Entry& entry) { added_.push_back(entry); }
  // Writes what is only in memory so far to the file; it does not sync.
  DiskResult<> write_out(SegmentFiles& files) {
    const uint32_t end = count();
    if (written_ == end) return {};
    Bytes bytes(size_t{end - written_} * Entry::kSize);
    for (uint32_t i = written_; i < end; ++i)
      added_[i - on_file_].encode(bytes.data() + size_t{i - written_} * Entry::kSize);
    auto file = files.create(part_);
    if (!file.ok()) return Error{file.error()};
    auto done = (*file)->file().write_at(uint64_t{written_} * Entry::kSize, bytes);
    if (done.ok()) written_ = end;
    return done;
  }

 private:
  static constexpr uint32_t kBlock = 4096 / Entry::kSize;

  // The entries from `index` on, which are all in the file.
  DiskResult<> read_file(uint32_t index, std::span<uint8_t> into) const {
    auto file = files_.get(part_);
    if (!file.ok()) return Error{file.error()};
    auto got = (*file)->file().read_at(uint64_t{index} * Entry::kSize, into);
    if (!got.ok()) return Error{got.error()};
    if (*got != into.size())
      return Error{DiskError{5 /* EIO */, files_.path(part_) + " is shorter than it was"}};
    return {};
  }
  // As count_while(), for [low, high) of the file, at most a block.
  template <class Before>
  DiskResult<uint32_t> count_in_block(uint32_t low, uint32_t high, Before before) const {
    std::array<uint8_t, size_t{kBlock} * Entry::kSize> bytes;
    auto read = read_file(low, std::span(bytes).first(size_t{high - low} * Entry::kSize));
    if (!read.ok()) return Error{read.error()};
    auto block = std::make_shared<IndexBlock<Entry>>();
    block->first = low;
    block->entries.reserve(high - low);
    for (uint32_t i = low; i < high; ++i)
      block->entries.push_back(Entry::decode(bytes.data() + size_t{i - low} * Entry::kSize));
    const uint32_t found = low + block->count_here(before);
    last_block_.keep(std::move(block));
    return found;
  }

  const SegmentFiles& files_;
  const SegmentPart part_;
  const uint32_t on_file_;
  uint32_t written_;
  AppendOnly<Entry> added_;
  mutable LastBlock<Entry> last_block_;
};

}  // namespace klamm::storage
