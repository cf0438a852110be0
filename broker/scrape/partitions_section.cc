#include "broker/scrape/partitions_section.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace klamm::broker::scrape {
namespace {

// A new list is waited for so long; then the one of before has to do.
constexpr int64_t kListPatienceMs = 500;
// So many partitions are looked at in one step: half a millisecond.
constexpr size_t kLooksOfStep = 1'000;
// How often it is looked whether a slice is full.
constexpr size_t kRowsBetweenLooks = 128;
// As Kafka's fetchers name themselves, without the thread and the leader, which change.
constexpr std::string_view kFetcherLabel = "clientid=\"Replica\",";

// On the lane, where nobody adds or removes partitions meanwhile: loops that look for one never wait behind
// somebody who wants to.
std::shared_ptr<const PartitionList> make_list(const Partitions& partitions) {
  auto list = std::make_shared<PartitionList>();
  list->version = partitions.version();
  for (const std::shared_ptr<Partition>& partition : partitions.all()) {
    if (partition->topic_stats() == nullptr) continue;
    if (list->topics.empty() || list->topics.back().get() != partition->topic_stats())
      list->topics.push_back(partition->shared_topic_stats());
    list->entries.push_back({partition, list->topics.size() - 1, partition->id().partition});
  }
  return list;
}

}  // namespace

struct PartitionsSection::Told {
  Family family;
  int64_t (*value)(const Row& row);
  // Of which rows it tells.
  enum class Of { kAll, kLeaders, kFollowers } of = Of::kAll;
};

PartitionsSection::PartitionsSection(const NodeView& node, Kept& kept)
    : node_(node), kept_(kept), begun_ms_(node.clock.monotonic_ms()) {}

Progress PartitionsSection::write(Exposition& out) {
  switch (phase_) {
    case Phase::kListing:
      if (!has_list()) return Progress::kWait;
      phase_ = Phase::kLooking;
      return Progress::kMore;
    case Phase::kLooking:
      look(kLooksOfStep);
      if (at_ < list_->entries.size()) return Progress::kMore;
      write_totals(out);
      phase_ = Phase::kTelling;
      at_ = 0;
      return rows_.empty() ? Progress::kDone : Progress::kMore;
    case Phase::kTelling:
      write_rows(out);
      return family_ < told().size() ? Progress::kMore : Progress::kDone;
  }
  return Progress::kDone;
}

bool PartitionsSection::has_list() {
  std::shared_ptr<ListInTheMaking>& making = kept_.making;
  const bool is_new = kept_.partitions != nullptr && kept_.partitions->version == node_.partitions.version();
  if (!is_new && making == nullptr) {
    making = std::make_shared<ListInTheMaking>();
    node_.run_on_lane([made = making, &partitions = node_.partitions] {
      auto list = make_list(partitions);
      absl::MutexLock lock(&made->mutex);
      made->done = std::move(list);
    });
  }
  if (making != nullptr) {
    std::shared_ptr<const PartitionList> done;
    {
      absl::MutexLock lock(&making->mutex);
      done = making->done;
    }
    if (done != nullptr) {
      kept_.partitions = std::move(done);
      making.reset();
    }
  }
  const bool is_late = node_.clock.monotonic_ms() - begun_ms_ > kListPatienceMs;
  if (making != nullptr && !is_late) return false;
  list_ = kept_.partitions != nullptr ? kept_.partitions : std::make_shared<const PartitionList>();
  if (node_.config.admin.per_partition) rows_.reserve(list_->entries.size());
  return true;
}

void PartitionsSection::look(size_t count) {
  const size_t end = std::min(at_ + count, list_->entries.size());
  for (; at_ < end; ++at_) look_at(list_->entries[at_]);
}

void PartitionsSection::look_at(const PartitionList::Entry& entry) {
  const std::shared_ptr<Partition> partition = entry.partition.lock();
  if (partition == nullptr) return;
  const PartitionSample sample = partition->sample();
  ++totals_.partitions;
  totals_.leaders += sample.leads;
  totals_.offline += sample.is_offline;
  totals_.under_replicated += sample.under_replicated;
  totals_.under_min_isr += sample.under_min_isr;
  totals_.at_min_isr += sample.at_min_isr;
  totals_.reassigning += sample.is_reassigning;
  totals_.lag_max = std::max(totals_.lag_max, sample.lag);
  if (!node_.config.admin.per_partition) return;
  rows_.push_back({.topic = entry.topic,
                   .index = entry.index,
                   .segments = static_cast<int32_t>(sample.view->segments().size()),
                   .size = static_cast<int64_t>(sample.view->size_bytes()),
                   .start = sample.view->start().value,
                   .end = sample.end.value,
                   .high_watermark = sample.high_watermark.value,
                   .stable_lag = sample.high_watermark - sample.last_stable,
                   .lag = sample.lag,
                   .in_sync = static_cast<int32_t>(sample.in_sync),
                   .replicas = static_cast<int32_t>(sample.replicas),
                   .leads = sample.leads,
                   .under_replicated = sample.under_replicated,
                   .under_min_isr = sample.under_min_isr,
                   .at_min_isr = sample.at_min_isr});
}

void PartitionsSection::write_totals(Exposition& out) const {
  using metrics::NodeCounter;
  const auto& counters = node_.stats.counters;
  out.add_only(Family::kPartitionCount, totals_.partitions);
  out.add_only(Family::kLeaderCount, totals_.leaders);
  out.add_only(Family::kOfflineReplicaCount, totals_.offline);
  out.add_only(Family::kUnderReplicatedPartitions, totals_.under_replicated);
  out.add_only(Family::kUnderMinIsrPartitionCount, totals_.under_min_isr);
  out.add_only(Family::kAtMinIsrPartitionCount, totals_.at_min_isr);
  out.add_only(Family::kReassigningPartitions, totals_.reassigning);
  out.add_only(Family::kIsrExpands, counters.load(NodeCounter::kIsrExpands));
  out.add_only(Family::kIsrShrinks, counters.load(NodeCounter::kIsrShrinks));
  out.add_only(Family::kFailedIsrUpdates, counters.load(NodeCounter::kFailedIsrUpdates));
  out.add_only(Family::kIsrExpandsPerSec, counters.load(NodeCounter::kIsrExpands));
  out.add_only(Family::kIsrShrinksPerSec, counters.load(NodeCounter::kIsrShrinks));
  out.add_only(Family::kFailedIsrUpdatesPerSec, counters.load(NodeCounter::kFailedIsrUpdates));
  out.begin(Family::kFetcherMaxLag);
  out.add("clientid=\"Replica\"", totals_.lag_max);
  for (Family family : {Family::kPurgatorySize, Family::kNumDelayedOperations}) {
    out.begin(family);
    out.add("delayedoperation=\"Produce\"",
            std::max<int64_t>(counters.load(NodeCounter::kDelayedProduce), 0));
    out.add("delayedoperation=\"Fetch\"", std::max<int64_t>(counters.load(NodeCounter::kDelayedFetch), 0));
  }
  out.add_only(Family::kFetchSessions, node_.sessions.size());
}

const std::vector<PartitionsSection::Told>& PartitionsSection::told() {
  using Of = Told::Of;
  static const std::vector<Told> kTold = {
      {Family::kLogSize, [](const Row& row) { return row.size; }},
      {Family::kLogSegments, [](const Row& row) { return int64_t{row.segments}; }},
      {Family::kLogStartOffset, [](const Row& row) { return row.start; }},
      {Family::kLogEndOffset, [](const Row& row) { return row.end; }},
      {Family::kPartitionUnderReplicated, [](const Row& row) { return int64_t{row.under_replicated}; }},
      {Family::kPartitionUnderMinIsr, [](const Row& row) { return int64_t{row.under_min_isr}; }},
      {Family::kPartitionAtMinIsr, [](const Row& row) { return int64_t{row.at_min_isr}; }},
      {Family::kPartitionInSync, [](const Row& row) { return int64_t{row.in_sync}; }},
      {Family::kPartitionReplicas, [](const Row& row) { return int64_t{row.replicas}; }},
      {Family::kPartitionLastStableLag, [](const Row& row) { return row.stable_lag; }},
      {Family::kFetcherLag, [](const Row& row) { return row.lag; }, Of::kFollowers},
      {Family::kTopicCurrentOffset, [](const Row& row) { return row.high_watermark; }, Of::kLeaders},
      {Family::kTopicOldestOffset, [](const Row& row) { return row.start; }, Of::kLeaders},
  };
  return kTold;
}

// Until a slice is full, or a family ends.
void PartitionsSection::write_rows(Exposition& out) {
  const Told& one = told()[family_];
  if (at_ == 0) out.begin(one.family);
  std::string of_fetcher;
  for (; at_ < rows_.size(); ++at_) {
    if (at_ != 0 && at_ % kRowsBetweenLooks == 0 && out.size() >= kSliceBytes) return;
    const Row& row = rows_[at_];
    if (one.of != Told::Of::kAll && (one.of == Told::Of::kLeaders) != row.leads) continue;
    const std::string& labels = list_->topics[row.topic]->labels();
    if (one.of == Told::Of::kFollowers) {
      of_fetcher = kFetcherLabel;
      of_fetcher += labels;
    }
    out.add_of_partition(one.of == Told::Of::kFollowers ? of_fetcher : labels, row.index, one.value(row));
  }
  at_ = 0;
  ++family_;
}

}  // namespace klamm::broker::scrape
