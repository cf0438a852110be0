// PlainServer: the server's side of SASL PLAIN (RFC 4616) with Kafka's refusals. Cyrus' plugin takes the
// token apart and asks for the password. What Kafka refuses otherwise, or in words of its own, is looked at
// before it, and whom it took the client to be, after it. Names that are too long for it do not get there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "security/cyrus.h"
#include "security/sasl_server.h"

namespace klamm::security {

using PlainUsers = std::map<std::string, std::string, std::less<>>;  // passwords by names

class PlainServer final : public SaslServer, private CyrusAnswers {
 public:
  // `users` outlives it; so does `secret`, a key under which passwords are compared.
  PlainServer(const PlainUsers& users, ByteView secret);

  SaslStep step(ByteView token) override;
  const std::string& user() const override { return user_; }
  std::string_view mechanism() const override { return kName; }

  static constexpr std::string_view kName = "PLAIN";

 private:
  bool is_password_of(std::string_view user, std::string_view password) override;

  const PlainUsers& users_;
  const ByteView secret_;
  std::unique_ptr<CyrusExchange> cyrus_;
  std::string user_;
  bool is_over_ = false;
  bool password_is_right_ = false;
};

}  // namespace klamm::security
