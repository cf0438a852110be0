// A request on its way down and the reply on its way up: all that handlers know of the network.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "broker/loop.h"
#include "broker/config/security_protocol.h"
#include "broker/metrics/reply_mark.h"
#include "protocol/frame.h"
#include "storage/segment_file.h"

namespace klamm::broker {

class ClientQuota;
class ClientQuotas;
class ClientSoftware;

// What is known of the other end. Immutable; a re-authentication makes a new one.
struct ClientInfo {
  std::string listener;  // "PLAINTEXT", as in `listeners`
  SecurityProtocol protocol = SecurityProtocol::kPlaintext;
  bool controller_listener = false;
  bool is_this_node = false;  // it asks itself, and may do everything
  std::string principal = "User:ANONYMOUS";
  std::string host;  // the peer's address as text, without a port
  uint16_t port = 0;
  uint64_t connection_id = 0;
  // What it says its software is, which it may say later; null where nobody keeps it.
  std::shared_ptr<ClientSoftware> software{};
};

// The bytes of one request frame, behind the size. Pooled; given back when the last holder lets go. A
// handler may patch them in place (Produce does), and holds the frame for as long as it uses views into it.
class Frame {
 public:
  virtual ~Frame() = default;
  virtual std::span<uint8_t> bytes() = 0;
};

// One whose bytes are its own: of a request that was made here.
class OwnedFrame final : public Frame {
 public:
  explicit OwnedFrame(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::span<uint8_t> bytes() override { return bytes_; }

 private:
  Bytes bytes_;
};

struct Request {
  protocol::RequestHeader header;  // views into `frame`
  std::span<uint8_t> body;         // behind the header, into `frame`
  std::shared_ptr<Frame> frame;
  std::shared_ptr<const ClientInfo> client;
  Loop* loop = nullptr;  // the connection's loop, on which handlers run
  std::shared_ptr<const ClientQuota> quota{};  // what holds the client back; mostly nothing does

  // It becomes what stands in `bytes`, a header and a body that were written here.
  void become(Bytes bytes);
};

// What goes out: a frame (size prefix, header, body) with files spliced into it.
struct Response {
  Bytes frame;
  std::vector<protocol::Splice> splices;   // positions in `frame`
  std::vector<storage::FileSlice> slices;  // one for each splice, of the same size
  bool silent = false;                     // nothing is sent: Produce with acks=0
  bool close = false;                      // the connection is closed, after `frame` if that is not empty
  metrics::ReplyMark mark{};               // of it the handler knows the kind and the errors
  // For how long the client is held back, as `frame` tells it, and where that stands there: 0 where an answer
  // of this kind or version has no room for it.
  int32_t throttle_ms = 0;
  size_t throttle_at = 0;

  void set_throttle(int32_t ms);
};

// A request whose answer waits for something that may be long in coming, as its connection sees it: on its
// loop, and not once the request is answered. hurry() and abandon() are called once at most.
class Parked {
 public:
  virtual ~Parked() = default;
  // The node stops: the answer is to be given now, whatever there is to give.
  virtual void hurry() = 0;
  // The connection has closed, and nobody hears the answer: what the request holds is to be let go.
  virtual void abandon() = 0;
  // Another request has come, and waits for this one; said again and again.
  virtual void on_next() {}
};

// The connection as a reply sees it. Called from any thread; a connection that has gone ignores it.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void deliver(uint64_t slot, Response response) = 0;
  virtual void allow_next(uint64_t slot) = 0;
  // On the connection's loop alone.
  virtual void park(uint64_t slot, std::weak_ptr<Parked> parked) = 0;
};

// The one answer that a request must get. Move-only; answering empties it. Destroyed unanswered (a bug, or a
// shutdown) it closes the connection, so that a client never waits for an answer that cannot come.
class Reply {
 public:
  Reply(std::shared_ptr<ReplySink> sink, uint64_t slot, int16_t api_key, int16_t version,
        int32_t correlation);
  Reply(Reply&& other) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply();

  // Encodes `message` in the version of the request and sends it.
  template <class Message>
  void send(const Message& message, std::vector<storage::FileSlice> slices = {}) {
    send(encode(message, version_, std::move(slices)));
  }
  // In two steps, for an answer that is made now and may be given only later. `version` differs from the
  // request's where a client must be told that it is not supported (ApiVersions).
  template <class Message>
  Response encode(const Message& message, int16_t version,
                  std::vector<storage::FileSlice> slices = {}) const {
    Bytes frame;
    frame.reserve(kFirstCapacity);
    protocol::Writer writer(frame);
    begin(writer);
    message.write(writer, version);
    Response response = finish(std::move(frame), writer, std::move(slices));
    metrics::count_errors(message, response.mark.errors);
    response.mark.kind = kind_;
    if constexpr (requires { message.throttle_time_ms; }) response.throttle_ms = message.throttle_time_ms;
    return response;
  }
  // The request is counted as this, too; before it is answered.
  void count_as(metrics::RequestKind kind) { kind_ = kind; }
  void send(Response response);
  void send_nothing();
  void close();

  // The next request of this connection may begin although this one is not answered yet. Only Produce says
  // this, once every partition of it has been appended or refused (docs/ARCHITECTURE.md).
  void allow_next();
  // Until this is answered, `parked` is told when the connection closes or the node stops. On the
  // connection's loop, while the request is handled.
  void park(std::weak_ptr<Parked> parked);

  int16_t version() const { return version_; }
  bool answered() const { return sink_ == nullptr; }

 private:
  // Most answers fit; those that do not double.
  static constexpr size_t kFirstCapacity = 512;

  void begin(protocol::Writer& writer) const;
  static Response finish(Bytes frame, const protocol::Writer& writer, std::vector<storage::FileSlice> slices);

  std::shared_ptr<ReplySink> sink_;
  uint64_t slot_;
  int16_t api_key_;
  int16_t version_;
  int32_t correlation_;
  metrics::RequestKind kind_ = metrics::RequestKind::kOther;
};

// Where net hands requests over: implemented by the server's dispatch over the API table.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  // On the connection's loop. Never waits.
  virtual void handle(Request request, Reply reply) = 0;
  // Whether a request may begin while earlier ones of its connection, all of which called allow_next, are
  // open.
  virtual bool may_overlap(int16_t api_key) const = 0;
  // What its clients may use, which their connections hold them back by; nullptr where nothing does.
  virtual ClientQuotas* quotas() { return nullptr; }
};

}  // namespace klamm::broker
