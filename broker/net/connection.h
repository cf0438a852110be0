// Connection: one client. It reads frames, begins their requests in order, and sends the replies in order.
//
// Everything happens in turn(), on the loop's thread: begin what may begin, read if there is reason to, send
// what there is. Whatever happens to a connection (bytes, room to write, an answer, memory, a page read from
// the disk) ends in a turn. Reading stops while a request that is read whole cannot begin yet, while too much
// waits to be sent, and while the memory part is shut; it goes on while a request is open, so that the end of
// a peer is seen.
//
// A client that has used more than its quotas allow is answered at once, and held back: nothing more of its
// is read or begun for as long as the answer says (KIP-219). One that has quotas is read on only when its
// requests are answered, so that what waits for that time waits in the kernel.
//
// Where the listener asks for TLS or a login there is a Gate (gate.h), which has the first turns to itself
// and sees each frame before it begins. With TLS, ciphertext may be left to send when all replies are
// encrypted.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "broker/net/fd_watch.h"
#include "broker/net/frame_reader.h"
#include "broker/net/gate.h"
#include "broker/net/loop_host.h"
#include "broker/net/outbox.h"
#include "broker/net/pipeline.h"
#include "broker/net/transport.h"
#include "broker/quota/client_quotas.h"

namespace klamm::broker::net {

// Bytes that were read behind a frame that cannot begin yet.
struct Leftover {
  std::unique_ptr<uint8_t[]> bytes;
  size_t begin = 0;
  size_t end = 0;
  MemoryPart::Charge charge;
};

class Connection final : public ReplySink,
                         public Watched,
                         public Gate::Owner,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(LoopHost& host, Arrival arrival, std::unique_ptr<FdWatch> watch);
  ~Connection() override;

  // Once, after the host has it in its list.
  void start();
  void turn();
  // Gives everything back and leaves the host's list. Nothing reaches the handler or the peer afterwards.
  void close();
  // The host stops: requests that wait are answered as far as they can be, and then we close.
  void begin_stop();

  // ReplySink: from any thread, but for park().
  void deliver(uint64_t slot, Response response) override;
  void allow_next(uint64_t slot) override;
  void park(uint64_t slot, std::weak_ptr<Parked> parked) override;
  // Waiter: from any thread.
  void on_memory() override;
  uint64_t origin() const override { return ip_.origin(); }
  // Handshakes::Owner: on a thread of the lane.
  void on_step(std::unique_ptr<security::TlsSession> session) override;
  // Watched.
  void on_readable() override;
  void on_writable() override;

  const IpAddress& ip() const { return ip_; }
  size_t listener() const { return listener_; }
  int64_t last_active_ms() const { return last_active_ms_; }
  // It has passed its gate, if there is one.
  bool is_let_in() const { return gate_ == nullptr || gate_->is_open(); }
  // Closes it if it is not let in and has held memory since `ms` or longer.
  void shed(int64_t ms);
  // Where the host keeps us in its list; the host's to write.
  size_t place = 0;

 private:
  // Coming in (connection_entry.cc).
  bool handshake();
  bool passes_gate(ByteView frame, bool overlaps);
  void follow_gate();

  // Receiving.
  void receive();
  bool may_receive() const;
  Moved read_once(size_t& asked);
  void take_bytes(ByteView bytes);
  void keep(ByteView bytes);
  bool fetch_frame(ByteView& bytes);
  bool fetch_frame_from_leftover();
  // Begins the request in next_frame_ if its time has come.
  bool begin_next();
  bool has_room_for_replies() const;
  void refuse(const std::string& why);
  bool refuse_header(size_t size);

  // Quotas (connection_quota.cc).
  bool is_held_back() const {
    return mute_ != TimerId::kNone || (quota_.last() != nullptr && !is_replica_ && pipeline_.open() > 0);
  }
  void heed_quotas(const metrics::ReplyMark& mark, Response& response);
  void hold_back(int32_t ms);

  // Sending.
  void answered(uint64_t slot, Response response);
  void collect_answers();
  void send();
  void note_sent();
  bool send_ciphertext();
  void await_readable();
  void await_writable();
  void read_cold_piece();
  void cold_piece_read();

  void request_turn();
  bool is_done() const;
  void watch_deadline();
  void begin_overdraft_step(int64_t since_ms);
  void on_deadline();
  int64_t next_deadline_ms() const;
  std::string peer() const;

  LoopHost* const host_;  // not to be used after close()
  const std::shared_ptr<LoopThread> loop_;
  const IpAddress ip_;
  const size_t listener_;
  std::unique_ptr<Gate> gate_;  // null where nothing stands before requests
  std::shared_ptr<const ClientInfo> client_;
  MemoryPart* memory_;  // of what is read
  std::unique_ptr<FdWatch> watch_;
  std::unique_ptr<Transport> transport_;
  TlsTransport* tls_;  // transport_, where it is TLS

  std::optional<FrameReader> reader_;
  std::shared_ptr<PooledFrame> next_frame_;  // read, and not begun
  std::optional<Leftover> leftover_;
  Pipeline pipeline_;
  Outbox outbox_;

  bool closed_ = false;
  bool in_turn_ = false;
  bool turn_requested_ = false;  // the host's call_later() has us
  bool ending_ = false;          // a reply closes the connection: no further request begins
  bool input_ended_ = false;     // the peer has sent its last byte
  bool broken_ = false;          // it sent what is no request: we close when those before it are answered
  bool drained_ = true;          // the last read found less than it asked for
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool awaits_memory_ = false;
  bool awaits_disk_ = false;
  int64_t last_active_ms_;
  struct Overdrawn {
    int64_t since_ms;
    int64_t step_ms;
    int64_t step_end_ms;
    size_t received = 0;  // since step_ms
  };
  std::optional<Overdrawn> overdrawn_;  // while the reader holds the overdraft
  TimerId refusal_ = TimerId::kNone;    // a failed login is answered then
  QuotaMemo quota_;
  bool is_replica_ = false;  // it has fetched as one: its next request may be what an open one waits for
  TimerId mute_ = TimerId::kNone;  // while the client is held back
  int64_t held_back_until_ms_ = 0;
  TimerId timer_ = TimerId::kNone;
  int64_t timer_at_ms_ = INT64_MAX;
};

}  // namespace klamm::broker::net
