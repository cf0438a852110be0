// A decision of several steps in the making: what one step has decided, the next one sees. Steps that were
// all taken from the same image could contradict each other (a partition is handed to a broker whose
// directory the next step takes offline).
#pragma once

#include <functional>

#include "broker/controller/decided.h"
#include "broker/controller/elections.h"

namespace klamm::broker {

class Draft {
 public:
  explicit Draft(const ControllerView& view)
      : config_(view.config), before_(view.image), image_(view.image), records_(view.image) {}

  // With everything that was added, as whoever reads the log has it.
  const ClusterImage& image() const { return image_; }
  const ControllerConfig& config() const { return config_; }
  size_t size() const { return records_.size(); }
  // A record that fits the image.
  void add(const protocol::MetadataRecord& record);

  // Ends the draft. Big decisions commit at once where the log has transactions; at older levels of
  // metadata.version in order, as Kafka writes all of these.
  Decision take();

 private:
  const ControllerConfig& config_;
  const ClusterImage before_;  // the view's own may go on meanwhile
  ClusterImage image_;
  RecordList records_;
};

// Whether unclean.leader.election.enable is set for the topic: its own, or, as Kafka's controllers have it,
// that of this node among the brokers, or that of all brokers, or that of this node's file.
bool allows_unclean_election(const ControllerConfig& config, const ClusterImage& image,
                             const TopicImage& topic);

// The terms as the image stands: who may lead, the minimum of the ISR, what the metadata.version brings. Not
// unclean. Good while `image` and `partition` live.
ElectionTerms terms_for(const ClusterImage& image, const TopicImage& topic, const PartitionImage& partition);

// Elections in every partition that `concerns` picks, unclean where the topic allows it, under terms that
// `adjust` may change. In the order of the topics' ids.
void elect_where(Draft& draft, const std::function<bool(const PartitionImage&)>& concerns,
                 const std::function<void(ElectionTerms&)>& adjust);

}  // namespace klamm::broker
