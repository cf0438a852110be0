// SensorTable: what is measured of each of many, made when somebody asks for it, and let go when it is as
// good as a new one. There are never more than so many, whatever names clients invent: those that find no
// room share one sensor, and so what it allows.
//
// Sensor is made from QuotaWindows and has `bool is_idle(int64_t now_ms)`. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "broker/quota/windowed_rate.h"

namespace klamm::broker {

// Some tens of megabytes, when all are there.
inline constexpr size_t kSensorsMax = 65'536;

template <class Key, class Sensor>
class SensorTable {
 public:
  explicit SensorTable(const QuotaWindows& windows, size_t size_max = kSensorsMax)
      : windows_(windows), size_max_(size_max), sweep_at_(std::min(kSweepAtFirst, size_max)) {}

  struct Given {
    std::shared_ptr<Sensor> sensor;
    bool is_shared = false;  // there was no room; there may be some in a while
  };
  Given of(const Key& key, int64_t now_ms) {
    const auto found = sensors_.find(key);
    if (found != sensors_.end()) return {found->second, false};
    if (sensors_.size() >= sweep_at_ && now_ms >= next_sweep_ms_) sweep(now_ms);
    if (sensors_.size() >= size_max_) {
      if (shared_ == nullptr) shared_ = std::make_shared<Sensor>(windows_);
      return {shared_, true};
    }
    auto made = std::make_shared<Sensor>(windows_);
    sensors_.emplace(key, made);
    return {std::move(made), false};
  }

  size_t size() const { return sensors_.size(); }

 private:
  static constexpr size_t kSweepAtFirst = 256;
  static constexpr int64_t kSweepIntervalMs = 1000;

  // Not of what somebody holds. As many must come again as have stayed before the next one, so that it costs
  // little for each; and where all that there may be are in use, it is not tried for every name.
  void sweep(int64_t now_ms) {
    std::erase_if(sensors_, [now_ms](const auto& entry) {
      return entry.second.use_count() == 1 && entry.second->is_idle(now_ms);
    });
    sweep_at_ = std::min(std::max(sensors_.size() * 2, kSweepAtFirst), size_max_);
    next_sweep_ms_ = now_ms + kSweepIntervalMs;
  }

  const QuotaWindows windows_;
  const size_t size_max_;
  std::map<Key, std::shared_ptr<Sensor>> sensors_;
  std::shared_ptr<Sensor> shared_;
  size_t sweep_at_;
  int64_t next_sweep_ms_ = INT64_MIN;
};

}  // namespace klamm::broker
