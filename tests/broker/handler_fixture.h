// A node with topic "t" (one partition, led here) for the tests of handlers: requests go in as bytes, through
// the real codec, and answers come out the same way.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "broker/published_image.h"
#include "broker/replica/partitions.h"
#include "broker/request.h"
#include "protocol/frame.h"
#include "tests/broker/access_records.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/partition_fixture.h"

namespace klamm::broker::testing {

struct CaughtReply final : ReplySink {
  void deliver(uint64_t, Response given) override {
    REQUIRE_FALSE(response.has_value());
    response = std::move(given);
  }
  void allow_next(uint64_t) override { next_allowed = true; }
  void park(uint64_t, std::weak_ptr<Parked> given) override { parked = std::move(given); }

  std::optional<Response> response;
  bool next_allowed = false;
  std::weak_ptr<Parked> parked;
};

struct HandlerFixture : PartitionFixture {
  HandlerFixture() {
    partitions.add(partition);
    publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic()});
  }
  static std::shared_ptr<ClientInfo> plaintext_client() {
    auto made = std::make_shared<ClientInfo>();
    made->listener = "PLAINTEXT";
    return made;
  }
  static MetadataRecord topic_of_partition() {
    protocol::TopicRecord record;
    record.name = "t";
    record.topic_id = Uuid::of(1, 1);
    return record;
  }
  static MetadataRecord partition_of_topic() {
    auto record = std::get<protocol::PartitionRecord>(broker::testing::partition(1, 0, {1}));
    record.topic_id = Uuid::of(1, 1);
    return record;
  }
  void publish(const std::vector<MetadataRecord>& records) {
    images.publish(std::make_shared<ClusterImage>(image_of(records)));
  }

  template <class Body>
  Request request_of(const Body& body, int16_t version) {
    Bytes bytes;
    protocol::Writer writer(bytes);
    body.write(writer, version);
    auto frame = std::make_shared<OwnedFrame>(std::move(bytes));
    Request request;
    request.header.api_key = Body::kKey;
    request.header.api_version = version;
    request.body = frame->bytes();
    request.frame = frame;
    request.client = client;
    request.loop = &loop;
    return request;
  }
  Reply reply_to(int16_t key, int16_t version) {
    caught = std::make_shared<CaughtReply>();
    return Reply(caught, 0, key, version, 5);
  }
  // The answer, with the bytes of its slices taken out; it must have come.
  template <class Body>
  Body answer(int16_t version) {
    REQUIRE(caught->response.has_value());
    REQUIRE_FALSE(caught->response->close);
    frame = whole(*caught->response);
    protocol::Reader reader(ByteView(frame).subspan(sizeof(int32_t)));
    protocol::read_response_header(reader, Body::kKey, version);
    Body body;
    body.read(reader, version);
    REQUIRE(reader.ok());
    return body;
  }
  static Bytes whole(const Response& response) {
    Bytes bytes;
    size_t from = 0;
    for (size_t i = 0; i < response.slices.size(); ++i) {
      size_t at = response.splices[i].position;
      bytes.insert(bytes.end(), response.frame.begin() + static_cast<ptrdiff_t>(from),
                   response.frame.begin() + static_cast<ptrdiff_t>(at));
      Bytes piece(response.slices[i].size);
      REQUIRE(response.slices[i].file->file().read_at(response.slices[i].position, piece).ok());
      bytes.insert(bytes.end(), piece.begin(), piece.end());
      from = at;
    }
    bytes.insert(bytes.end(), response.frame.begin() + static_cast<ptrdiff_t>(from), response.frame.end());
    return bytes;
  }
  bool answered() const { return caught->response.has_value(); }

  FakeLoop loop{clock};
  PublishedImage images;
  AuthorizerRules rules;  // disabled: all is allowed
  Partitions partitions;
  std::shared_ptr<ClientInfo> client = plaintext_client();
  std::shared_ptr<CaughtReply> caught;
  Bytes frame;
};

}  // namespace klamm::broker::testing
