// What a simulated disk knows of one file: the content that the page cache shows, the content that is on the
// platter, and which bytes of the first are not yet on the second. A power cut makes a new platter out of
// them.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"

namespace klamm::sim {

// The smallest piece that a disk writes whole.
inline constexpr uint64_t kSectorSize = 512;

// How likely a power cut does what to each 512-byte sector that was not synced, as weights.
struct SectorOdds {
  unsigned kept = 4;     // The new content is there.
  unsigned lost = 2;     // Zeros: the block was given to the file, and never written.
  unsigned old = 2;      // The content as of the last sync (zeros behind its end).
  unsigned garbage = 1;  // Whatever stood in that block before.
};

class FileImage {
 public:
  FileImage() = default;
  // Content that is on the platter already.
  explicit FileImage(Bytes durable);

  uint64_t size() const { return cache_.size(); }
  const Bytes& cached() const { return cache_; }
  const Bytes& durable() const { return durable_; }
  bool has_unsynced() const { return !dirty_.empty() || cache_.size() != durable_.size(); }

  size_t read(uint64_t position, std::span<uint8_t> into) const;
  void write(uint64_t position, ByteView bytes);
  void truncate(uint64_t size);
  void sync();
  // What Linux does after a failed fsync: the pages count as clean, with their content never written. A later
  // sync() succeeds and does not bring them to the platter.
  void forget_unsynced() { dirty_.clear(); }
  // What counts as clean is read from the platter next; zeros where that has nothing.
  void forget_cached();
  // Bit rot, in the cache and on the platter.
  void flip_bit(uint64_t position, unsigned bit);

  // Where sectors begin of which something is not synced, in order.
  std::vector<uint64_t> unsynced_sectors() const;
  // The kernel writes such a sector back, and the disk says that it has written it, and has not: it counts as
  // clean, and the platter has what it had. The cache goes on showing what was written, and brings it to the
  // platter with the next write to that sector. False, with nothing done, where no sector begins at `sector`,
  // or all of it is synced.
  bool lose_write(uint64_t sector);
  // The same, and the disk has written it into another sector of the file, whose content goes. False also
  // where that one is not wholly on the platter.
  bool misdirect_write(uint64_t sector, uint64_t elsewhere);

  // The content after a power cut now. Synced bytes are in it as they were, unless a truncation that was not
  // synced may have taken them; the size is any that the file had or passed since the last sync.
  Bytes after_power_cut(Random& random, const SectorOdds& odds) const;

 private:
  void mark_dirty(uint64_t from, uint64_t to);
  bool is_dirty(uint64_t from, uint64_t to) const;
  // Whether anything of it was dirty.
  bool mark_clean(uint64_t from, uint64_t to);
  void write_again_with(uint64_t from, uint64_t to);
  void note_size();

  Bytes cache_;
  Bytes durable_;
  std::map<uint64_t, uint64_t> dirty_;  // Disjoint ranges [from, to) that differ, or may, from durable_.
  uint64_t shortest_ = 0;               // Of the sizes since the last sync, the durable one included.
  uint64_t longest_ = 0;
  std::vector<std::pair<uint64_t, uint64_t>> lost_;  // where the platter is not what it said
};

}  // namespace klamm::sim
