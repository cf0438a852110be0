// Login: what a connection of a SASL listener goes through before its requests are served, and again when it
// authenticates anew (KIP-43, KIP-152, KIP-368). A machine without I/O: one frame in, what is to be done with
// it out. The connection asks it first for each frame.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "broker/config/security_config.h"
#include "broker/request.h"
#include "security/sasl_server.h"

namespace klamm::broker {

class Login {
 public:
  // Everything outlives the login.
  struct Uses {
    const SaslConfig& config;
    const security::SaslCredentials& credentials;
    std::string_view listener;  // its name, for messages
  };

  struct Verdict {
    enum class What {
      kPass,    // an ordinary request: the handler's (before the login has succeeded: ApiVersions alone)
      kReply,   // `reply` goes out, and the next frame is awaited
      kRefuse,  // `reply`, if it is not empty, goes out after connection.failed.authentication.delay.ms, and
                // the connection ends
    };
    What what = What::kPass;
    Bytes reply{};         // a frame with its size in front
    std::string reason{};  // for the log, when refused
    std::string hint{};    // for the log, though it went well
  };

  explicit Login(const Uses& uses);
  ~Login();

  // `frame` is what is behind the size. `now_ms` is monotonic.
  Verdict on_frame(ByteView frame, int64_t now_ms);

  // Whether requests are served: from the first success on, but for the time in which the client
  // authenticates again.
  bool is_open() const;
  // After the first success; stays while the client authenticates again.
  const std::string& principal() const;  // "User:alice"
  const std::string& mechanism() const;
  // The longest frame that is read now: 8 KiB until the first SaslHandshake, sasl.server.max.receive.size
  // until the login has succeeded, then nullopt: the node's.
  std::optional<size_t> frame_size_max() const;
  // When the session ends unless the client authenticates again: the first request after it closes the
  // connection, which on_frame() sees to (KIP-368). INT64_MAX for never, and while it authenticates again.
  int64_t expires_at_ms() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace klamm::broker
