// Section: a part of what /metrics says, written in steps that take a millisecond or so, since others are
// answered between them. All on the admin's thread.
#pragma once

#include <functional>
#include <utility>

#include "broker/metrics/exposition.h"

namespace klamm::broker::scrape {

using metrics::Exposition;
using metrics::Family;

enum class Progress {
  kMore,  // there is more to write
  kWait,  // somebody else has to do something first
  kDone,
};

class Section {
 public:
  virtual ~Section() = default;
  virtual Progress write(Exposition& out) = 0;
};

// One that takes one step.
class ShortSection final : public Section {
 public:
  explicit ShortSection(std::function<void(Exposition&)> writes) : writes_(std::move(writes)) {}
  Progress write(Exposition& out) override {
    writes_(out);
    return Progress::kDone;
  }

 private:
  const std::function<void(Exposition&)> writes_;
};

// How much text makes a slice, about.
inline constexpr size_t kSliceBytes = 64 << 10;

}  // namespace klamm::broker::scrape
