// What is used of Cyrus SASL: its exchanges, with mechanisms that it loads (PLAIN) and with ours, which run
// in it as mechanisms of the process.
//
// Cyrus is begun once for the process and never ended. It reads no configuration file, loads no plugin but
// the ones that are named here, and has no log of its own: what went wrong is told by whoever runs the
// exchange.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "security/sasl_server.h"

namespace klamm::security {

// Begins it, the first time. The failure is for the operator.
Result<void, Failure> start_cyrus();
// Whether it has the mechanism: because its plugin was found, or because it is one of ours.
bool cyrus_has(std::string_view mechanism);

// Who answers Cyrus' questions during one exchange.
class CyrusAnswers {
 public:
  virtual ~CyrusAnswers() = default;
  // For mechanisms with passwords.
  virtual bool is_password_of(std::string_view, std::string_view) { return false; }
  // For the mechanisms of ours: the next step of the exchange.
  virtual SaslStep answer(ByteView) { return {}; }
};

// One exchange.
class CyrusExchange {
 public:
  // `answers` outlives it. nullptr when Cyrus has no memory, or was not begun.
  static std::unique_ptr<CyrusExchange> begin(std::string_view mechanism, CyrusAnswers& answers);
  ~CyrusExchange();

  // What Cyrus makes of a token: of the step only what and token.
  SaslStep step(ByteView token);
  // After kDone: whom Cyrus takes the client to be. It has room for names of up to 1,023 bytes.
  std::string_view user() const;

 private:
  struct Parts;
  explicit CyrusExchange(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace klamm::security
