// ScramClient: our side of a SCRAM exchange towards another node (RFC 5802). It proves the password and has
// the server prove that it knows it too.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "security/scram.h"

namespace klamm::security {

class ScramClient {
 public:
  // `nonce` must be new for each exchange.
  ScramClient(ScramMechanism mechanism, std::string user, std::string password, std::string nonce);
  ~ScramClient();
  ScramClient(const ScramClient&) = delete;

  // What is sent first.
  Bytes first();
  // What is sent after the server's first token: it costs as many iterations as the server asks for, of which
  // it may ask for kScramIterationsMin to kScramIterationsMax (CVE-2026-10142). After its second one, which
  // is the last, nothing is left to be sent, and the server is who it should be. The failure, for the log,
  // holds nothing of a token but an error's name.
  Result<Bytes, Failure> step(ByteView token);

  // Only then the server has proven that it knows the password.
  bool is_done() const { return state_ == State::kDone; }

 private:
  enum class State { kNew, kAwaitsFirst, kAwaitsFinal, kDone, kFailed };

  Result<Bytes, Failure> on_server_first(std::string_view message);
  Result<Bytes, Failure> on_server_final(std::string_view message);

  const ScramMechanism mechanism_;
  const std::string user_;
  std::string password_;  // until it has been used
  const std::string nonce_;
  State state_ = State::kNew;
  std::string first_bare_;
  Bytes server_signature_;  // what the server must send at the end
};

}  // namespace klamm::security
