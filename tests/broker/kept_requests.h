// A handler that keeps what it is given, so that tests answer it when they like.
#pragma once

#include <deque>
#include <utility>

#include "broker/request.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

struct KeptRequests final : RequestHandler {
  struct Kept {
    Request request;
    Reply reply;
  };

  void handle(Request request, Reply reply) override {
    all.push_back({std::move(request), std::move(reply)});
  }
  bool may_overlap(int16_t) const override { return false; }

  Kept& first() {
    REQUIRE_FALSE(all.empty());
    return all.front();
  }

  std::deque<Kept> all;
};

}  // namespace klamm::broker::testing
