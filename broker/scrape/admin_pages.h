// AdminPages: which page answers which path.
#pragma once

#include "broker/admin.h"
#include "broker/scrape/health_page.h"
#include "broker/scrape/metrics_page.h"

namespace klamm::broker {

class AdminPages final : public AdminHandler {
 public:
  // All of it outlives the pages.
  explicit AdminPages(const scrape::Basics& basics)
      : health_(basics.config, basics.clock, basics.stats), metrics_(basics) {}

  HealthPage& health() { return health_; }
  MetricsPage& metrics() { return metrics_; }

  // AdminHandler
  AdminAnswer answer(const AdminRequest& request) override;

 private:
  AdminAnswer declared() const;

  HealthPage health_;
  MetricsPage metrics_;
};

}  // namespace klamm::broker
