// MetricsPage: what /metrics answers. Each scrape is written in slices by the admin's thread; while one is
// sent the next is made, and others are answered between them. Of the whole it holds what rates and windows
// need, and of a scrape a slice and one row for each partition.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>

#include "broker/admin.h"
#include "broker/scrape/net_view.h"
#include "broker/scrape/node_view.h"
#include "broker/scrape/short_sections.h"

namespace klamm::broker {

class MetricsPage {
 public:
  // How many scrapes there may be at a time.
  static constexpr int kScrapesMax = 4;

  // What `basics` refers to outlives it.
  explicit MetricsPage(const scrape::Basics& basics)
      : basics_(basics), kept_(std::make_shared<scrape::Kept>()) {}

  // From any thread, once: the node is loaded, and its network there.
  void attach(const NodeView& node, const NetView& net) ABSL_LOCKS_EXCLUDED(mutex_);
  // On the admin's thread.
  AdminAnswer answer(const AdminRequest& request);
  // The node that was attached, or null. From any thread.
  std::shared_ptr<const NodeView> node() const;

 private:
  struct Attached {
    NodeView node;
    NetView net;
  };
  class Scrape;

  std::shared_ptr<const Attached> attached() const ABSL_LOCKS_EXCLUDED(mutex_);

  const scrape::Basics basics_;
  const std::shared_ptr<scrape::Kept> kept_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Attached> attached_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
