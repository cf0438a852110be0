#include "storage/log_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/check.h"
#include "base/logging.h"
#include "storage/log_directory.h"

namespace klamm::storage {

DiskResult<> LogLoader::load() {
  auto done = prepare_directory();
  if (done.ok()) done = finish_interrupted_swaps();
  if (done.ok()) done = list_segments();
  if (done.ok()) done = load_epochs();
  if (!done.ok()) return done;
  size_t first = first_to_read();
  if (first == candidates_.size() && first > 0) {
    auto fits = clean_end_fits();
    if (!fits.ok()) return Error{fits.error()};
    if (!*fits) --first;
  }
  for (size_t i = 0; i < first; ++i) {
    auto& candidate = candidates_[i];
    candidate.files->set_unexamined(candidate.content.size);
    log_.segments_.push_back(std::make_shared<Segment>(candidate.files, candidate.content, now_ms_));
  }
  done = read_segments(first);
  return done.ok() ? settle() : done;
}

DiskResult<> LogLoader::remove_file(const std::string& name) {
  names_.erase(name);
  has_removed_ = true;
  return log_.disk_.remove(log_.directory() + "/" + name);
}

DiskResult<> LogLoader::prepare_directory() {
  if (!log_.disk_.exists(log_.directory())) {
    auto made = log_.disk_.make_directories(log_.directory());
    if (made.ok()) made = log_.disk_.sync_directory(parent_of(log_.directory()));
    if (!made.ok()) return made;
  }
  auto names = log_.disk_.list(log_.directory());
  if (!names.ok()) return Error{names.error()};
  names_ = std::set(names->begin(), names->end());
  for (const std::string& name : *names) {
    auto file = parse_file_name(name);
    if (!file || file->suffix != kDeletedSuffix) continue;
    auto removed = remove_file(name);
    if (!removed.ok()) return removed;
  }
  return {};
}

// Compaction writes `.cleaned` files, renames them to `.swap` once all are complete, the highest first, and
// then puts them in the place of the segments they were made from. A `.cleaned` that is left says that the
// renaming was not finished, so neither it nor the `.swap` files at or above it count.
DiskResult<> LogLoader::finish_interrupted_swaps() {
  const std::set<std::string> names = names_;
  Offset lowest_cleaned{std::numeric_limits<int64_t>::max()};
  for (const std::string& name : names) {
    auto file = parse_file_name(name);
    if (file && file->suffix == kCleanedSuffix) lowest_cleaned = std::min(lowest_cleaned, file->offset);
  }
  std::vector<std::string> swaps;
  for (const std::string& name : names) {
    auto file = parse_file_name(name);
    if (!file || (file->suffix != kCleanedSuffix && file->suffix != kSwapSuffix)) continue;
    if (file->suffix == kSwapSuffix && file->offset < lowest_cleaned) {
      swaps.push_back(name);
      continue;
    }
    auto removed = remove_file(name);
    if (!removed.ok()) return removed;
  }
  Offset swap_begin{std::numeric_limits<int64_t>::max()};
  Offset swap_end{-1};
  for (const std::string& name : swaps) {
    auto file = parse_file_name(name);
    if (file->extension != extension(SegmentPart::kLog)) continue;
    Candidate swap{std::make_shared<SegmentFiles>(log_.disk_, log_.directory_, file->offset, kSwapSuffix),
                   {}};
    auto inspected = inspect(swap);
    if (!inspected.ok()) return inspected;
    if (!swap.indexes_are_sane) swap.content.offset_entries = 0;
    auto next = Segment(swap.files, swap.content, now_ms_).next_offset(swap.content.size);
    if (!next.ok()) return Error{next.error()};
    swap_begin = std::min(swap_begin, file->offset);
    swap_end = std::max(swap_end, *next);
  }
  for (const std::string& name : names) {
    auto file = parse_file_name(name);
    if (!file || !file->suffix.empty() || !file->is_segment_part()) continue;
    if (file->offset < swap_begin || file->offset >= swap_end) continue;
    auto removed = remove_file(name);
    if (!removed.ok()) return removed;
  }
  for (const std::string& name : swaps) {
    const std::string final_name = name.substr(0, name.size() - kSwapSuffix.size());
    auto renamed = log_.disk_.rename(log_.directory() + "/" + name, log_.directory() + "/" + final_name);
    if (!renamed.ok()) return renamed;
    names_.erase(name);
    names_.insert(final_name);
  }
  return swaps.empty() ? DiskResult<>() : log_.disk_.sync_directory(log_.directory());
}

DiskResult<> LogLoader::list_segments() {
  const std::set<std::string> names = names_;
  for (const std::string& name : names) {
    auto file = parse_file_name(name);
    if (!file || !file->suffix.empty()) continue;
    const std::string log_name = offset_name(file->offset) + std::string(extension(SegmentPart::kLog));
    if (!file->is_segment_part()) {
      log_.snapshots_.found(file->offset);
    } else if (name == log_name) {
      Candidate candidate{std::make_shared<SegmentFiles>(log_.disk_, log_.directory_, file->offset), {}};
      auto inspected = inspect(candidate);
      if (!inspected.ok()) return inspected;
      candidates_.push_back(std::move(candidate));
    } else if (!names.contains(log_name)) {
      auto removed = remove_file(name);
      if (!removed.ok()) return removed;
    }
  }
  return {};
}

DiskResult<> LogLoader::inspect(Candidate& candidate) {
  std::array<uint64_t, kSegmentParts.size()> sizes{};
  bool is_complete = true;
  for (SegmentPart part : kSegmentParts) {
    auto file = candidate.files->get(part);
    if (!file.ok() && file.error().code != ENOENT) return Error{file.error()};
    if (!file.ok()) {
      is_complete &= part == SegmentPart::kTxnIndex;
      continue;
    }
    auto size = (*file)->file().size();
    if (!size.ok()) return Error{size.error()};
    if (*size > std::numeric_limits<int32_t>::max())
      return Error{disk_error(EFBIG, "load", candidate.files->path(part))};
    sizes[static_cast<size_t>(part)] = *size;
  }
  const auto [log, offsets, times, txns] = sizes;
  is_complete &=
      offsets % OffsetEntry::kSize == 0 && times % TimeEntry::kSize == 0 && txns % AbortedTxn::kSize == 0;
  candidate.content = {static_cast<uint32_t>(log), static_cast<uint32_t>(offsets / OffsetEntry::kSize),
                       static_cast<uint32_t>(times / TimeEntry::kSize),
                       static_cast<uint32_t>(txns / AbortedTxn::kSize)};
  const Segment segment(candidate.files, candidate.content, now_ms_);
  auto offset_entry = segment.offset_index().last();
  if (!offset_entry.ok()) return Error{offset_entry.error()};
  auto time_entry = segment.time_index().last();
  if (!time_entry.ok()) return Error{time_entry.error()};
  auto aborted = segment.txn_index().all();
  if (!aborted.ok()) return Error{aborted.error()};
  // The first batch has no entry: position 0 is the tail that Kafka preallocates and a crash leaves.
  const bool offsets_fit =
      !*offset_entry || ((*offset_entry)->position > 0 && (*offset_entry)->position < log &&
                         (*offset_entry)->relative_offset >= 0);
  const bool times_fit =
      !*time_entry || ((*time_entry)->timestamp >= 0 && (*time_entry)->relative_offset >= 0);
  const bool txns_fit = aborted->empty() || aborted->back().last_offset >= candidate.base();
  bool times_rise = true;
  if (candidate.content.time_entries > 1) {
    auto first = segment.time_index().at(0);
    if (!first.ok()) return Error{first.error()};
    times_rise = first->timestamp < (*time_entry)->timestamp;
  }
  candidate.indexes_are_sane = is_complete && offsets_fit && times_fit && times_rise && txns_fit;
  candidate.files->close_idle();
  return {};
}

DiskResult<bool> LogLoader::clean_end_fits() {
  const Candidate& last = candidates_.back();
  const Segment segment(last.files, last.content, now_ms_);
  auto end = segment.next_offset(segment.size());
  if (!end.ok() && end.error().code == EBADMSG) {
    LOG_WARN("{}, where its offset index led or behind it: the segment is read again from its beginning",
             end.error().what);
    return false;
  }
  if (!end.ok()) return Error{end.error()};
  auto offset_entry = segment.offset_index().last();
  if (!offset_entry.ok()) return Error{offset_entry.error()};
  auto time_entry = segment.time_index().last();
  if (!time_entry.ok()) return Error{time_entry.error()};
  auto youngest = segment.max_timestamp(segment.size());
  if (!youngest.ok()) return Error{youngest.error()};
  last.files->close_idle();
  const int64_t size = *end - last.base();
  // The last time entry is of the youngest record up to it.
  return (!*offset_entry || (*offset_entry)->relative_offset < size) &&
         (!*time_entry || ((*time_entry)->relative_offset < size &&
                           youngest->offset - last.base() >= (*time_entry)->relative_offset));
}

size_t LogLoader::first_to_read() const {
  auto insane = std::ranges::find(candidates_, false, &Candidate::indexes_are_sane);
  auto first = static_cast<size_t>(insane - candidates_.begin());
  if (hints_.on_damage != OpenHints::OnDamage::kKeepPrefix) return 0;
  if (hints_.clean_shutdown) return first;
  auto above = std::ranges::upper_bound(candidates_, hints_.recovery_point, {}, &Candidate::base);
  const auto unflushed = static_cast<size_t>(above - candidates_.begin());
  return std::min(first, unflushed == 0 ? 0 : unflushed - 1);
}

DiskResult<> LogLoader::load_epochs() {
  const std::string path = log_.directory() + "/" + std::string(kLeaderEpochFile);
  auto content = read_file(log_.disk_, path);
  if (!content.ok() && content.error().code != ENOENT) return Error{content.error()};
  std::optional<LeaderEpochs> epochs;
  if (content.ok()) epochs = LeaderEpochs::from_text(as_text(*content));
  if (epochs) {
    log_.epochs_on_disk_ = epochs;
    log_.set_epochs(*std::move(epochs));
    return {};
  }
  if (!content.ok()) log_.epochs_on_disk_ = LeaderEpochs();
  if (content.ok()) LOG_WARN("{} is damaged; the epochs are read from the log instead.", path);
  return {};
}

}  // namespace klamm::storage
