#include "tests/sim/cluster/server_connection.h"

#include "protocol/frame.h"

namespace klamm::sim::cluster {
namespace {

// As it came, with its size.
struct SizedFrame final : broker::Frame {
  explicit SizedFrame(Bytes content) : all(std::move(content)) {}
  std::span<uint8_t> bytes() override { return std::span(all).subspan(sizeof(int32_t)); }
  Bytes all;
};

// The frame with what was spliced into it; false where a file could not be read.
bool gather(const broker::Response& response, Bytes& out) {
  size_t at = 0;
  for (size_t i = 0; i < response.splices.size(); ++i) {
    const size_t position = response.splices[i].position;
    out.insert(out.end(), response.frame.begin() + static_cast<std::ptrdiff_t>(at),
               response.frame.begin() + static_cast<std::ptrdiff_t>(position));
    at = position;
    const storage::FileSlice& slice = response.slices[i];
    const size_t begin = out.size();
    out.resize(begin + slice.size);
    auto read = slice.file->file().read_at(slice.position, std::span(out).subspan(begin));
    if (!read || *read != slice.size) return false;
  }
  out.insert(out.end(), response.frame.begin() + static_cast<std::ptrdiff_t>(at), response.frame.end());
  return true;
}

}  // namespace

// ---- Coming in

void ServerConnection::on_frame(Bytes frame) {
  uses_.loop->post([self = shared_from_this(), frame = std::move(frame)]() mutable {
    if (self->closed_) return;
    self->received_.push_back(std::move(frame));
    self->turn();
  });
}

void ServerConnection::on_closed() {
  uses_.loop->post([self = shared_from_this()] {
    if (!self->closed_) self->close();
  });
}

void ServerConnection::on_room() {
  uses_.loop->post([self = shared_from_this()] { self->turn(); });
}

void ServerConnection::turn() {
  if (in_turn_ || closed_) return;
  const auto self = shared_from_this();
  in_turn_ = true;
  for (bool again = true; again && !closed_;) {
    again = begin_next();
    while (!closed_) {
      auto response = pipeline_.take_answer();
      if (!response) break;
      send(std::move(*response));
      again = true;
    }
  }
  in_turn_ = false;
}

bool ServerConnection::begin_next() {
  if (received_.empty() || !uses_.network.has_room(*wire_, Wire::kServer)) return false;
  auto frame = std::make_shared<SizedFrame>(Bytes(sizeof(int32_t)));
  protocol::Reader reader(ByteView(received_.front()).subspan(sizeof(int32_t)));
  broker::Request request;
  request.header.read(reader);
  if (!reader.ok()) {
    close();
    return false;
  }
  const bool overlaps = uses_.handler.may_overlap(request.header.api_key);
  if (!pipeline_.may_begin(overlaps)) {
    for (const auto& parked : pipeline_.parked()) parked->on_next();
    if (!pipeline_.may_begin(overlaps)) return false;
  }
  const size_t body_size = reader.remaining();
  frame->all = std::move(received_.front());
  received_.pop_front();
  request.body = frame->bytes().last(body_size);
  request.frame = frame;
  request.client = client_;
  request.loop = uses_.loop.get();
  uses_.on_request(request.header.api_key);
  const uint64_t slot = pipeline_.begin(overlaps);
  broker::Reply reply(shared_from_this(), slot, request.header.api_key, request.header.api_version,
                      request.header.correlation_id);
  uses_.handler.handle(std::move(request), std::move(reply));
  return true;
}

// ---- Going out

void ServerConnection::deliver(uint64_t slot, broker::Response response) {
  if (closed_) return;
  if (!uses_.loop->is_current()) {
    return uses_.loop->post([self = shared_from_this(), slot, response = std::move(response)]() mutable {
      self->deliver(slot, std::move(response));
    });
  }
  pipeline_.answer(slot, std::move(response));
  turn();
}

void ServerConnection::allow_next(uint64_t slot) {
  if (closed_) return;
  if (!uses_.loop->is_current()) {
    return uses_.loop->post([self = shared_from_this(), slot] { self->allow_next(slot); });
  }
  pipeline_.allow_next(slot);
  if (!in_turn_) uses_.loop->post([self = shared_from_this()] { self->turn(); });
}

void ServerConnection::park(uint64_t slot, std::weak_ptr<broker::Parked> parked) {
  if (!closed_) pipeline_.park(slot, std::move(parked));
}

void ServerConnection::send(broker::Response response) {
  Bytes frame;
  if (!response.silent && !response.frame.empty()) {
    if (!gather(response, frame)) return close();
    uses_.network.send(wire_, Wire::kServer, std::move(frame));
  }
  if (response.close) close();
}

// ---- Ending

void ServerConnection::close() {
  const auto self = shared_from_this();
  closed_ = true;
  received_.clear();
  for (auto& parked : std::exchange(pipeline_, broker::net::Pipeline()).parked()) parked->abandon();
  uses_.network.close(wire_, Wire::kServer);
}

void ServerConnection::hurry() {
  uses_.loop->post([self = shared_from_this()] {
    if (self->closed_) return;
    for (auto& parked : self->pipeline_.parked()) parked->hurry();
  });
}

void ServerConnection::drop() {
  if (std::exchange(closed_, true)) return;
  received_.clear();
  // What the node holds for them goes with the process: before the node does.
  uses_.loop->post([parked = std::exchange(pipeline_, broker::net::Pipeline()).parked()] {
    for (auto& one : parked) one->abandon();
  });
}

}  // namespace klamm::sim::cluster
