// The replicas of a node: how many there are of each kind, and, if that is wanted, what is there once for
// each.
//
// All families of partitions are told of one look at each partition: a scrape keeps some 70 bytes of each,
// and never more text than a slice.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "broker/scrape/kept.h"
#include "broker/scrape/node_view.h"
#include "broker/scrape/section.h"

namespace klamm::broker::scrape {

class PartitionsSection final : public Section {
 public:
  // Both outlive it.
  PartitionsSection(const NodeView& node, Kept& kept);

  Progress write(Exposition& out) override;

 private:
  struct Row {
    size_t topic = 0;
    int32_t index = 0;
    int32_t segments = 0;
    int64_t size = 0;
    int64_t start = 0;
    int64_t end = 0;
    int64_t high_watermark = 0;
    int64_t stable_lag = 0;
    int64_t lag = 0;
    int32_t in_sync = 0;
    int32_t replicas = 0;
    bool leads = false;
    bool under_replicated = false;
    bool under_min_isr = false;
    bool at_min_isr = false;
  };
  struct Totals {
    int64_t partitions = 0;
    int64_t leaders = 0;
    int64_t offline = 0;
    int64_t under_replicated = 0;
    int64_t under_min_isr = 0;
    int64_t at_min_isr = 0;
    int64_t reassigning = 0;
    int64_t lag_max = 0;
  };
  struct Told;  // a family and what it tells of a row
  enum class Phase { kListing, kLooking, kTelling };

  bool has_list();
  void look(size_t count);
  void look_at(const PartitionList::Entry& entry);
  void write_totals(Exposition& out) const;
  static const std::vector<Told>& told();
  void write_rows(Exposition& out);

  const NodeView& node_;
  Kept& kept_;
  Phase phase_ = Phase::kListing;
  int64_t begun_ms_;
  std::shared_ptr<const PartitionList> list_;
  size_t at_ = 0;  // of the list's entries, and then of rows
  size_t family_ = 0;
  std::vector<Row> rows_;
  Totals totals_;
};

}  // namespace klamm::broker::scrape
