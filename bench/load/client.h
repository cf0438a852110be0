// Client: one blocking connection to a broker, speaking whole messages for set-up and raw frames for load.
//
// A load generator that lost its broker has nothing left to do: whatever fails ends the program with a
// message.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "bench/load/tls.h"
#include "protocol/frame.h"

namespace klamm::bench {

[[noreturn]] void give_up(std::string_view why);
int64_t now_ns();  // monotonic
void sleep_until_ns(int64_t then_ns);

// Where a broker is, and how one gets in.
struct Address {
  std::string host;
  std::string port;
  TlsSettings tls{};   // null for none
  std::string user{};  // of SCRAM-SHA-512; empty for no login
  std::string password{};
};

inline constexpr std::string_view kClientId = "klamm-bench";

class Client {
 public:
  // Connected, and logged in where the address says so.
  explicit Client(const Address& address);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Whether anyone listens there.
  static bool is_reachable(const Address& address);

  void send(ByteView frame);
  // The next frame without its size, valid until the next call.
  ByteView receive();
  // The same where no second response can be under way: one system call if it is there and small.
  ByteView receive_only();
  // False when nothing has come by then; a time that is past only looks.
  bool has_input_before(int64_t then_ns);
  int socket() const { return socket_; }

  // One request and its response, whose views live until the next call.
  template <class Request, class Response>
  Response call(const Request& request, int16_t version) {
    Bytes frame;
    protocol::append_request(frame, version, 1, kClientId, request);
    send(frame);
    return decode<Response>(receive(), version);
  }

  template <class Response>
  static Response decode(ByteView frame, int16_t version) {
    protocol::Reader reader(frame);
    protocol::read_response_header(reader, Response::kKey, version);
    Response response;
    response.read(reader, version);
    if (!reader.ok()) give_up("a response cannot be decoded");
    return response;
  }

 private:
  // At least one byte.
  size_t receive_some(uint8_t* into, size_t size);
  void receive_exactly(uint8_t* into, size_t size);

  int socket_ = -1;
  std::unique_ptr<Tls> tls_;
  Bytes buffer_;
};

}  // namespace klamm::bench
