#include "storage/leader_epochs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/check.h"
#include "base/mutants.h"

namespace klamm::storage {
namespace {

// Takes a number and the one character behind it off the front of `text`.
template <class Number>
bool take_number(std::string_view& text, char terminator, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.empty() || text.front() != terminator) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<EpochStart> LeaderEpochs::latest() const {
  return entries_.empty() ? std::nullopt : std::optional(entries_.back());
}

std::optional<EpochStart> LeaderEpochs::earliest() const {
  return entries_.empty() ? std::nullopt : std::optional(entries_.front());
}

std::optional<Epoch> LeaderEpochs::epoch_of(Offset offset) const {
  auto after = std::ranges::upper_bound(entries_, offset, {}, &EpochStart::start);
  return after == entries_.begin() ? std::nullopt : std::optional(std::prev(after)->epoch);
}

EpochEnd LeaderEpochs::end_of(Epoch epoch, Offset log_end) const {
  if (epoch == kNoEpoch || entries_.empty()) return {};
  if (entries_.back().epoch == epoch) return {epoch, log_end};
  auto higher = std::ranges::upper_bound(entries_, epoch, {}, &EpochStart::epoch);
  if (higher == entries_.end()) return {};
  if (higher == entries_.begin()) return {epoch, higher->start};
  return {std::prev(higher)->epoch, higher->start};
}

bool LeaderEpochs::assign(Epoch epoch, Offset start) {
  CHECK(epoch.value >= 0 && start.value >= 0);
  if (!entries_.empty() && entries_.back().epoch == epoch && entries_.back().start <= start) return false;
  while (!entries_.empty() && (entries_.back().epoch >= epoch || entries_.back().start >= start))
    entries_.pop_back();
  entries_.push_back({epoch, start});
  return true;
}

bool LeaderEpochs::truncate_from_end(Offset end) {
  if constexpr (mutant::kEpochsKept) return false;
  const size_t before = entries_.size();
  while (!entries_.empty() && entries_.back().start >= end) entries_.pop_back();
  return entries_.size() != before;
}

bool LeaderEpochs::truncate_from_start(Offset start) {
  auto after = std::ranges::upper_bound(entries_, start, {}, &EpochStart::start);
  if (after == entries_.begin()) return false;
  auto covering = std::prev(after);
  if (covering == entries_.begin() && covering->start == start) return false;
  covering->start = start;
  entries_.erase(entries_.begin(), covering);
  return true;
}

std::string LeaderEpochs::to_text() const {
  std::string text = fmt::format("0\n{}\n", entries_.size());
  for (const EpochStart& entry : entries_)
    fmt::format_to(std::back_inserter(text), "{} {}\n", entry.epoch.value, entry.start.value);
  return text;
}

std::optional<LeaderEpochs> LeaderEpochs::from_text(std::string_view text) {
  int version = -1;
  size_t count = 0;
  if (!take_number(text, '\n', version) || version != 0 || !take_number(text, '\n', count))
    return std::nullopt;
  LeaderEpochs epochs;
  while (!text.empty()) {
    EpochStart entry;
    if (!take_number(text, ' ', entry.epoch.value) || !take_number(text, '\n', entry.start.value))
      return std::nullopt;
    if (entry.epoch.value < 0 || entry.start.value < 0) return std::nullopt;
    epochs.assign(entry.epoch, entry.start);
    if (count-- == 0) return std::nullopt;
  }
  return count == 0 ? std::optional(std::move(epochs)) : std::nullopt;
}

}  // namespace klamm::storage
