#include "tests/testing.h"

#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/produce_response.h"
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

namespace {

struct Throttled : HandlerFixture {
  // What the message tells of throttling, once its written answer has been told another time.
  template <class Message>
  int32_t told(Message message, int16_t version) {
    Response response = reply_to(Message::kKey, version).encode(message, version);
    response.set_throttle(1234);
    caught->response = std::move(response);
    return answer<Message>(version).throttle_time_ms;
  }
};

}  // namespace

TEST_CASE_METHOD(Throttled, "an answer that is written can still say for how long its client is held back") {
  protocol::ProduceResponse produced;
  produced.responses.emplace_back().name = "t";
  produced.node_endpoints.push_back({1, "host", 9092, std::nullopt});
  for (int16_t version = 3; version <= 12; ++version) REQUIRE(told(produced, version) == 1234);
  protocol::FetchResponse fetched;
  fetched.responses.emplace_back().topic = "t";
  for (int16_t version = 4; version <= 12; ++version) REQUIRE(told(fetched, version) == 1234);
  protocol::ApiVersionsResponse versions;
  versions.api_keys.push_back({0, 3, 13});
  for (int16_t version = 1; version <= 4; ++version) REQUIRE(told(versions, version) == 1234);
  REQUIRE(told(protocol::OffsetDeleteResponse(), 0) == 1234);
}

TEST_CASE_METHOD(Throttled, "an answer without room for it is left as it is") {
  REQUIRE(told(protocol::ApiVersionsResponse(), 0) == 0);
}

TEST_CASE_METHOD(HandlerFixture, "an answer says for how long its handler wants the client to be held back") {
  protocol::FetchResponse response;
  response.throttle_time_ms = 7;
  reply_to(1, 12).send(response);
  REQUIRE(caught->response->throttle_ms == 7);
}
