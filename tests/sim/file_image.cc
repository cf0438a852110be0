#include "tests/sim/file_image.h"

#include <algorithm>
#include <iterator>

namespace klamm::sim {
namespace {

enum class Fate { kKept, kLost, kOld, kGarbage };

Fate draw_fate(Random& random, const SectorOdds& odds) {
  uint64_t draw = random.below(odds.kept + odds.lost + odds.old + odds.garbage);
  if (draw < odds.kept) return Fate::kKept;
  if (draw < odds.kept + odds.lost) return Fate::kLost;
  if (draw < odds.kept + odds.lost + odds.old) return Fate::kOld;
  return Fate::kGarbage;
}

}  // namespace

FileImage::FileImage(Bytes durable)
    : cache_(durable), durable_(std::move(durable)), shortest_(cache_.size()), longest_(cache_.size()) {}

size_t FileImage::read(uint64_t position, std::span<uint8_t> into) const {
  if (position >= cache_.size()) return 0;
  size_t count = std::min<uint64_t>(into.size(), cache_.size() - position);
  std::copy_n(cache_.begin() + static_cast<ptrdiff_t>(position), count, into.begin());
  return count;
}

void FileImage::write(uint64_t position, ByteView bytes) {
  if (bytes.empty()) return;
  uint64_t end = position + bytes.size();
  if (end > cache_.size()) {
    // The gap that a write behind the end leaves reads as zeros; it differs from the platter only if a
    // truncation came before, which has marked it.
    cache_.resize(end);
    note_size();
  }
  std::copy(bytes.begin(), bytes.end(), cache_.begin() + static_cast<ptrdiff_t>(position));
  mark_dirty(position, end);
  if (!lost_.empty()) write_again_with(position, end);
}

void FileImage::truncate(uint64_t size) {
  if (size < cache_.size()) mark_dirty(size, cache_.size());
  cache_.resize(size);
  note_size();
}

void FileImage::sync() {
  durable_.resize(cache_.size());
  for (auto [from, to] : dirty_) {
    if (from >= cache_.size()) break;
    auto begin = cache_.begin() + static_cast<ptrdiff_t>(from);
    std::copy(begin, cache_.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(to, cache_.size())),
              durable_.begin() + static_cast<ptrdiff_t>(from));
  }
  dirty_.clear();
  shortest_ = longest_ = cache_.size();
}

void FileImage::forget_cached() {
  if (!dirty_.empty()) return;
  const uint64_t size = cache_.size();
  cache_ = durable_;
  cache_.resize(size);
}

void FileImage::flip_bit(uint64_t position, unsigned bit) {
  if (position < cache_.size()) cache_[position] ^= static_cast<uint8_t>(1u << bit);
  if (position < durable_.size()) durable_[position] ^= static_cast<uint8_t>(1u << bit);
}

std::vector<uint64_t> FileImage::unsynced_sectors() const {
  std::vector<uint64_t> sectors;
  for (const auto& [from, to] : dirty_) {
    const uint64_t end = std::min<uint64_t>(to, cache_.size());
    for (uint64_t at = from / kSectorSize * kSectorSize; at < end; at += kSectorSize) {
      if (sectors.empty() || sectors.back() < at) sectors.push_back(at);
    }
  }
  return sectors;
}

bool FileImage::lose_write(uint64_t sector) {
  if (sector % kSectorSize != 0 || sector >= cache_.size()) return false;
  const uint64_t end = std::min<uint64_t>(sector + kSectorSize, cache_.size());
  if (!mark_clean(sector, end)) return false;
  lost_.emplace_back(sector, end);
  return true;
}

bool FileImage::misdirect_write(uint64_t sector, uint64_t elsewhere) {
  const uint64_t size_max = std::min<uint64_t>(durable_.size(), cache_.size()), end = elsewhere + kSectorSize;
  const bool is_there = elsewhere % kSectorSize == 0 && elsewhere < size_max && end <= size_max;
  if (!is_there || elsewhere == sector || is_dirty(elsewhere, end) || !lose_write(sector)) return false;
  const uint64_t size = std::min<uint64_t>(kSectorSize, cache_.size() - sector);
  std::copy_n(cache_.begin() + static_cast<ptrdiff_t>(sector), size,
              durable_.begin() + static_cast<ptrdiff_t>(elsewhere));
  lost_.emplace_back(elsewhere, end);
  return true;
}

// The kernel writes whole pages: what was lost of one goes with what was written to it since.
void FileImage::write_again_with(uint64_t from, uint64_t to) {
  std::erase_if(lost_, [&](const auto& lost) {
    if (lost.first >= to || from >= lost.second) return false;
    mark_dirty(lost.first, std::min<uint64_t>(lost.second, cache_.size()));
    return true;
  });
}

Bytes FileImage::after_power_cut(Random& random, const SectorOdds& odds) const {
  Bytes image = durable_;
  image.resize(std::max<uint64_t>(longest_, durable_.size()));
  auto cut_sector = [&](uint64_t from, uint64_t to) {
    Fate fate = draw_fate(random, odds);
    if (fate == Fate::kOld) return;
    for (uint64_t at = from; at < to; ++at) {
      if (fate == Fate::kKept) image[at] = at < cache_.size() ? cache_[at] : 0;
      if (fate == Fate::kLost) image[at] = 0;
      if (fate == Fate::kGarbage) image[at] = static_cast<uint8_t>(random.next());
    }
  };
  for (auto [from, to] : dirty_) {
    for (uint64_t at = from; at < to;) {
      uint64_t sector_end = std::min(to, (at / kSectorSize + 1) * kSectorSize);
      cut_sector(at, sector_end);
      at = sector_end;
    }
  }
  uint64_t size = cache_.size();
  if (shortest_ != longest_) {
    switch (random.below(3)) {
      case 0:
        size = durable_.size();
        break;
      case 1:
        size = shortest_ + random.below(longest_ - shortest_ + 1);
        break;
      default:
        break;
    }
    // The odds of a test that wants all or nothing hold for the size as well.
    if (odds.lost + odds.old + odds.garbage == 0) size = cache_.size();
    if (odds.kept + odds.lost + odds.garbage == 0) size = durable_.size();
  }
  image.resize(size);
  return image;
}

void FileImage::mark_dirty(uint64_t from, uint64_t to) {
  auto next = dirty_.upper_bound(from);
  if (next != dirty_.begin()) {
    auto before = std::prev(next);
    if (before->second >= from) {
      from = before->first;
      to = std::max(to, before->second);
      next = dirty_.erase(before);
    }
  }
  while (next != dirty_.end() && next->first <= to) {
    to = std::max(to, next->second);
    next = dirty_.erase(next);
  }
  dirty_.emplace(from, to);
}

bool FileImage::is_dirty(uint64_t from, uint64_t to) const {
  const auto next = dirty_.lower_bound(to);  // the first behind it
  return next != dirty_.begin() && std::prev(next)->second > from;
}

bool FileImage::mark_clean(uint64_t from, uint64_t to) {
  if (!is_dirty(from, to)) return false;
  auto at = dirty_.upper_bound(from);
  if (at != dirty_.begin()) --at;
  while (at != dirty_.end() && at->first < to) {
    const auto [begin, end] = *at;
    if (end <= from) {
      ++at;
      continue;
    }
    at = dirty_.erase(at);
    if (begin < from) dirty_.emplace(begin, from);
    if (end > to) dirty_.emplace(to, end);
  }
  return true;
}

void FileImage::note_size() {
  shortest_ = std::min<uint64_t>(shortest_, cache_.size());
  longest_ = std::max<uint64_t>(longest_, cache_.size());
}

}  // namespace klamm::sim
