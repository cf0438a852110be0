// QuotaTokens: a bucket of tokens as Kafka's TokenBucket, by which changes of the controller are held back
// (KIP-599): it fills by the limit, up to what the windows hold. What is taken may be more than there is;
// then nothing may be taken until it has filled up again.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/quota/windowed_rate.h"

namespace klamm::broker {

class QuotaTokens {
 public:
  explicit QuotaTokens(const QuotaWindows& windows) : windows_(windows) {}

  // `limit` tokens a second, positive and finite. A bucket begins full. Below zero: taken in advance.
  double left(double limit, int64_t now_ms);
  void take(double count, double limit, int64_t now_ms);
  // For how long nothing may be taken: 0 where something may. (ControllerMutationQuotaManager.throttleTimeMs)
  int64_t wait_ms(double limit, int64_t now_ms);
  // It is full again: as good as a new one.
  bool is_idle(int64_t now_ms) const;

 private:
  const QuotaWindows windows_;
  double tokens_ = 0;
  std::optional<int64_t> filled_at_ms_;
  double limit_ = 0;  // by which it was filled last
};

}  // namespace klamm::broker
