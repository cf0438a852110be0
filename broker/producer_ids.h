// ProducerIds: hands out producer ids from the block that the controller has given this broker (KIP-730), and
// asks for the next block when one is used up.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/errors.h"

namespace klamm::broker {

class ProducerIds {
 public:
  using Take = absl::AnyInvocable<void(protocol::Outcome<int64_t>)>;
  // Asks the controller for a block, whose first id and size it gives to on_block().
  using Ask = std::function<void()>;

  explicit ProducerIds(Ask ask) : ask_(std::move(ask)) {}

  // Gives `take` an id that nobody had before: at once, or when a block has come. From any thread.
  void next(Take take);
  // A block that is none, or begins before the end of the last one, is as good as a refusal: its ids may be
  // somebody's.
  void on_block(protocol::Outcome<int64_t> first, int64_t size);

 private:
  const Ask ask_;
  absl::Mutex mutex_;
  int64_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t end_ ABSL_GUARDED_BY(mutex_) = 0;
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Take> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
