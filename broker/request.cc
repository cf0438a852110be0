#include "broker/request.h"

#include <utility>

#include "base/check.h"
#include "base/logging.h"

namespace klamm::broker {
namespace {

// Requests that name the same thing very often ask for answers of any size.
bool fits_a_frame(const Bytes& frame, const std::vector<protocol::Splice>& splices) {
  size_t size = frame.size() - sizeof(int32_t);
  for (const protocol::Splice& splice : splices) size += splice.size;
  return size <= INT32_MAX;
}

}  // namespace

void Request::become(Bytes bytes) {
  frame = std::make_shared<OwnedFrame>(std::move(bytes));
  protocol::Reader reader(frame->bytes());
  header.read(reader);
  CHECK(reader.ok());
  body = frame->bytes().last(reader.remaining());
}

void Response::set_throttle(int32_t ms) {
  throttle_ms = ms;
  if (throttle_at == 0) return;
  CHECK(throttle_at + sizeof(int32_t) <= frame.size());
  store_be32(&frame[throttle_at], static_cast<uint32_t>(ms));
}

Reply::Reply(std::shared_ptr<ReplySink> sink, uint64_t slot, int16_t api_key, int16_t version,
             int32_t correlation)
    : sink_(std::move(sink)), slot_(slot), api_key_(api_key), version_(version), correlation_(correlation) {
  CHECK(sink_ != nullptr);
}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this == &other) return *this;
  if (!answered()) close();
  sink_ = std::move(other.sink_);
  slot_ = other.slot_;
  api_key_ = other.api_key_;
  version_ = other.version_;
  correlation_ = other.correlation_;
  kind_ = other.kind_;
  return *this;
}

Reply::~Reply() {
  if (!answered()) close();
}

void Reply::send_nothing() {
  CHECK(!answered());
  Response response;
  response.silent = true;
  std::exchange(sink_, nullptr)->deliver(slot_, std::move(response));
}

void Reply::close() {
  CHECK(!answered());
  Response response;
  response.close = true;
  std::exchange(sink_, nullptr)->deliver(slot_, std::move(response));
}

void Reply::allow_next() {
  CHECK(!answered());
  sink_->allow_next(slot_);
}

void Reply::park(std::weak_ptr<Parked> parked) {
  CHECK(!answered());
  sink_->park(slot_, std::move(parked));
}

void Reply::begin(protocol::Writer& writer) const {
  CHECK(!answered());
  // The size, which finish() knows.
  writer.i32(0);
  protocol::write_response_header(writer, api_key_, version_, correlation_);
}

Response Reply::finish(Bytes frame, const protocol::Writer& writer, std::vector<storage::FileSlice> slices) {
  CHECK(writer.splices().size() == slices.size());
  for (size_t i = 0; i < slices.size(); ++i) CHECK(writer.splices()[i].size == slices[i].size);
  if (!fits_a_frame(frame, writer.splices())) {
    LOG_ERROR_LIMITED(
        "an answer takes more than 2 GiB, which no frame can hold; the connection is closed instead");
    Response closed;
    closed.close = true;
    return closed;
  }
  protocol::end_frame(frame, sizeof(int32_t), writer.splices());

  Response response;
  response.frame = std::move(frame);
  response.splices = writer.splices();
  response.slices = std::move(slices);
  response.throttle_at = writer.throttle_time_at();
  return response;
}

void Reply::send(Response response) {
  CHECK(!answered());
  std::exchange(sink_, nullptr)->deliver(slot_, std::move(response));
}

}  // namespace klamm::broker
