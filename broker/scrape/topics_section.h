// What has come and gone of each topic, and of all: BrokerTopicMetrics.
#pragma once

#include <memory>
#include <vector>

#include "broker/scrape/kept.h"
#include "broker/scrape/node_view.h"
#include "broker/scrape/section.h"

namespace klamm::broker::scrape {

class TopicsSection final : public Section {
 public:
  // Both outlive it.
  TopicsSection(const NodeView& node, Kept& kept) : node_(node), kept_(kept) {}

  Progress write(Exposition& out) override;

 private:
  struct Told;  // a family, and of whom it tells what

  static const std::vector<Told>& told();
  void read_rates();
  bool gather();
  void begin_family(Exposition& out);
  void write_topics(Exposition& out);

  const NodeView& node_;
  Kept& kept_;
  std::vector<std::shared_ptr<metrics::TopicStats>> topics_;
  bool is_gathered_ = false;
  size_t family_ = 0;
  size_t at_ = 0;  // of topics_
  bool has_begun_ = false;
};

}  // namespace klamm::broker::scrape
