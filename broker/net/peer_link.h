// PeerLink: one connection to one address of another node, as its bytes see it: connecting, the TLS
// handshake, frames out and frames in. What is said over it is its owner's (peer_connection.h).
//
// From the moment when it is open it always waits for something to read, so that the other end's leaving is
// noticed at once. What cannot be written is noticed so, too: the socket is shut then, and reading ends.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "broker/net/answer_reader.h"
#include "broker/net/fd_watch.h"
#include "broker/net/peer_address.h"
#include "broker/net/tls_transport.h"
#include "broker/net/transport.h"

namespace klamm::broker::net {

class PeerLink final : public Watched, public std::enable_shared_from_this<PeerLink> {
 public:
  //   stage        | waits for the socket to be | goes on to
  //   kConnecting  | writable                   | kHandshaking, kOpen, kClosed
  //   kHandshaking | one or the other           | kOpen, kClosed
  //   kOpen        | readable; writable, too,   | kClosed
  //                | while something waits      |
  //   kClosed      | nothing                    |
  enum class Stage { kConnecting, kHandshaking, kOpen, kClosed };

  // Told on the loop's thread, and never from within a call of open(), write(), flush() or close().
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_link_open() = 0;
    // What is behind a frame's size.
    virtual void on_frame(Bytes frame) = 0;
    // The last call is one of these: the link is closed. It was not connected, and why, as an errno.
    virtual void on_connect_failed(int error) = 0;
    virtual void on_link_lost(const std::string& why) = 0;
  };

  // What is told when it is the other end that closes, for no reason that we see.
  static constexpr std::string_view kClosedByPeer = "it closed the connection";

  struct Uses {
    LoopThread& loop;
    std::span<uint8_t> scratch;                       // for reading; shared by the links of the loop
    std::shared_ptr<const security::TlsContext> tls;  // null: none
    std::string host;                                 // whom the certificate must name
    size_t frame_size_max;
  };

  // `owner` must close the link before it goes. Null when it fails at once; `error` says why then.
  static std::shared_ptr<PeerLink> open(Uses uses, const PeerAddress& address, Owner& owner, int& error);
  ~PeerLink() override;

  // While the stage is kOpen. Frames are kept until flush().
  void write(Bytes frame);
  void flush();
  // The owner hears nothing more.
  void close();

  Stage stage() const { return stage_; }

  // Watched.
  void on_readable() override;
  void on_writable() override;

 private:
  PeerLink(Uses uses, std::unique_ptr<FdWatch> watch, Owner& owner);

  void connected();
  void handshake();
  void end_handshake();
  void be_open();
  void receive();
  bool take_bytes(std::span<uint8_t> into, size_t count, bool in_place);
  bool hand_on(AnswerReader::Status status);
  Moved write_some();
  void drop_sent(size_t bytes);
  void await_readable();
  void await_writable();
  void lose(std::string_view why);

  const Uses uses_;
  Owner* owner_;  // until it is closed
  Stage stage_ = Stage::kConnecting;
  std::unique_ptr<FdWatch> watch_;
  std::unique_ptr<Transport> transport_;  // from kHandshaking on
  TlsTransport* tls_ = nullptr;           // the same one, if it is that
  AnswerReader reader_;

  std::deque<Bytes> outbox_;
  size_t sent_of_first_ = 0;
  bool is_broken_ = false;     // nothing can be written, and the socket was shut
  std::string write_failure_;  // why, if it is not that the other end has gone
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
};

}  // namespace klamm::broker::net
