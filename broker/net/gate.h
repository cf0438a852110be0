// Gate: what stands between a connection and its requests: a TLS handshake, a SASL login, both, or on
// PLAINTEXT listeners neither, and then there is no gate. It belongs to its connection and moves through
//
//   kHandshake -> kLogin -> kOpen      SASL_SSL
//   kHandshake -> kOpen                SSL
//   kLogin -> kOpen                    SASL_PLAINTEXT
//
// and never back: a client that authenticates again (KIP-368) stays who it is, and sends no requests until it
// has. Until it is open the connection is nobody's. What it holds is charged to a part of the memory
// that is for such connections alone, it has ten seconds from its first packet on, and where room is needed
// it goes first. All on the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "broker/login.h"
#include "broker/memory_budget.h"
#include "broker/net/handshakes.h"
#include "broker/net/listener_gates.h"
#include "broker/net/tls_transport.h"
#include "broker/request.h"

namespace klamm::broker::net {

struct Arrival;
struct LoopStats;
class LoopHost;

class Gate {
 public:
  // The connection, as a gate sees it.
  class Owner : public MemoryPart::Waiter, public Handshakes::Owner {};

  // For the connection that `arrival` becomes. Null where nothing stands before its requests.
  static std::unique_ptr<Gate> make(LoopHost& host, const Arrival& arrival);
  ~Gate();

  // The wire: TLS or plain, of which the gate keeps hold.
  std::unique_ptr<Transport> make_transport(int socket);

  bool is_handshaking() const { return stage_ == Stage::kHandshake; }
  // The handshake holds something, and waits for the peer or the lane.
  bool has_begun() const { return elsewhere_ || (tls_ != nullptr && tls_->session() != nullptr); }
  bool is_open() const { return stage_ == Stage::kOpen; }
  // nullptr without TLS.
  TlsTransport* tls() const { return tls_; }

  // How a handshake goes on that has gone as far as it could.
  enum class Next {
    kOver,       // it is done
    kReadable,   // when the socket has more
    kWritable,   // when the socket takes more
    kMemory,     // when `owner` is told that there is memory
    kElsewhere,  // with on_step(), after which stepped() is to be called
    kClose,      // not at all; what there was to say of it was logged
  };
  // To be called when the socket may have something to read.
  Next handshake(const std::shared_ptr<Owner>& owner);
  void stepped(std::unique_ptr<security::TlsSession> session);

  // What is to be done with a frame that is about to begin; asked once for each. An answer goes out
  // `after_ms` later, and after a refusal the connection ends.
  struct Answer {
    Login::Verdict::What what = Login::Verdict::What::kPass;
    Bytes reply;
    int64_t after_ms = 0;
  };
  Answer on_frame(ByteView frame);

  // What holds at present, and changes by handshake() and on_frame(): who the client is, whose memory its
  // frames take, and how long they may be.
  const std::shared_ptr<const ClientInfo>& client() const { return client_; }
  MemoryPart& memory() const { return *memory_; }
  size_t frame_size_max() const;

  // INT64_MAX once it is open, or has refused.
  int64_t deadline_ms() const { return is_open() || refused_ ? INT64_MAX : deadline_ms_; }
  // It was not open in time: says so.
  void on_deadline();
  // Whether it is a handshake that has held memory for so long already.
  bool has_held_memory_since(int64_t ms) const { return !is_open() && holds_since_ms_ <= ms; }
  // Charges what TLS holds now. Once in a turn.
  void charge();

  static constexpr int64_t kPatienceMs = 10'000;

 private:
  enum class Stage { kHandshake, kLogin, kOpen };

  Gate(LoopHost& host, const Arrival& arrival, const ListenerGate& listener);
  bool begin_handshake(const std::shared_ptr<Owner>& owner);
  bool hand_over(const std::shared_ptr<Owner>& owner);
  Next end_handshake();
  Next fail_handshake(const std::string& why);
  bool open_as_peer();
  Answer refuse(Login::Verdict verdict, bool has_expired);
  void open(std::string principal);
  void log_failure(const std::string& why);

  LoopHost& host_;
  LoopStats& stats_;
  const ListenerGate& listener_;
  std::shared_ptr<const ClientInfo> client_;
  MemoryPart* memory_;          // of logins until it is open
  MemoryPart& clients_memory_;  // and then
  int64_t deadline_ms_;
  Stage stage_;

  TlsTransport* tls_ = nullptr;
  bool elsewhere_ = false;  // the session is on the lane
  bool stepped_ = false;    // has been there
  bool heard_ = false;      // the peer has said something
  bool waited_ = false;     // for memory, before it could begin
  int64_t holds_since_ms_ = INT64_MAX;
  // In this order: the charge is given back before the overdraft wakes the next in line.
  MemoryPart::Overdraft overdraft_;
  MemoryPart::Charge charge_;

  std::optional<Login> login_;
  bool refused_ = false;
};

}  // namespace klamm::broker::net
