#include "tests/testing.h"

#include "protocol/messages/fetch_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

protocol::FetchResponse with_records(uint32_t size) {
  protocol::FetchResponse response;
  response.responses.emplace_back().partitions.emplace_back().records = protocol::Records{{}, size};
  return response;
}

std::vector<storage::FileSlice> slice_of(uint32_t size) { return {{nullptr, 0, size}}; }

}  // namespace

TEST_CASE_METHOD(HandlerFixture, "an answer that no frame can say closes its connection") {
  reply_to(1, 12).send(with_records(INT32_MAX - 1), slice_of(INT32_MAX - 1));
  REQUIRE(caught->response->close);
  REQUIRE(caught->response->frame.empty());
  REQUIRE(caught->response->slices.empty());
}

TEST_CASE_METHOD(HandlerFixture, "the largest answers that a frame can say are sent") {
  reply_to(1, 12).send(with_records(INT32_MAX - 100), slice_of(INT32_MAX - 100));
  REQUIRE_FALSE(caught->response->close);
  REQUIRE(load_be32(caught->response->frame.data()) > INT32_MAX - 100);
}
