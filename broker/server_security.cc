#include "broker/server_security.h"

#include <fmt/format.h>

#include <utility>

#include "base/logging.h"
#include "security/sasl_mechanisms.h"

namespace klamm::broker {
namespace {

using security::TlsContext;

void tell_warnings(const TlsContext& context) {
  for (const std::string& warning : context.warnings()) LOG_WARN("{}", warning);
}

}  // namespace

Result<std::unique_ptr<ServerSecurity>, Failure> ServerSecurity::make(const NodeConfig& config,
                                                                      const PublishedImage& images,
                                                                      const Clock& clock,
                                                                      bool may_have_others) {
  std::unique_ptr<ServerSecurity> made(new ServerSecurity(config, images, clock));
  for (const Listener& listener : config.network.listeners) {
    if (auto added = made->add(listener, may_have_others); !added) return Error{added.error()};
  }
  return made;
}

Result<void, Failure> ServerSecurity::add(const Listener& listener, bool may_have_others) {
  const auto& [name, protocol, host, port] = listener.endpoint;
  if (protocol == SecurityProtocol::kPlaintext) return {};
  const bool needs_tls = speaks_tls(protocol);
  const bool needs_sasl = speaks_sasl(protocol);
  auto found = config_.security.listeners.find(name);
  if (found == config_.security.listeners.end() || (needs_tls && !found->second.tls) ||
      (needs_sasl && !found->second.sasl)) {
    return Error{Failure{fmt::format("listeners: {} is a listener of {}, and nothing says how: set {} for it",
                                     name, name_of(protocol),
                                     needs_tls ? "ssl.keystore.location" : "sasl.enabled.mechanisms")}};
  }
  if (needs_sasl) {
    if (auto prepared = security::prepare_sasl(found->second.sasl->mechanisms); !prepared) return prepared;
  }
  std::shared_ptr<const TlsContext> context;
  if (needs_tls) {
    auto made = TlsContext::make(*found->second.tls, TlsContext::Side::kServer, clock_.wall_ms());
    if (made) {
      context = *made;
    } else if (may_have_others) {
      LOG_WARN("{}; the start goes on, for kafka-configs may have given listener {} others",
               made.error().message, name);
      useless_.emplace(name, made.error());
    } else {
      return Error{made.error()};
    }
  }
  gates_.add(name, context, needs_sasl ? found->second.sasl : std::nullopt,
             config_.security.mapping_of(name));
  return {};
}

Result<void, Failure> ServerSecurity::adopt(const SecurityConfig& security) {
  for (const auto& [name, listener] : security.listeners) {
    if (!listener.tls || gates_.find(name) == nullptr) continue;
    if (auto adopted = adopt(name, listener); !adopted) return adopted;
  }
  return {};
}

Result<void, Failure> ServerSecurity::adopt(const std::string& name, const ListenerSecurity& listener) {
  const security::TlsConfig& of_file = *config_.security.listeners.at(name).tls;
  const bool has_files = !useless_.contains(name);
  const bool is_altered = *listener.tls != of_file || listener.unfit;
  if (!is_altered && !has_files) return Error{useless_.at(name)};
  if (!is_altered) {
    tell_warnings(*gates_.find(name)->tls());
    return {};
  }

  std::string why;
  if (listener.unfit) {
    why = listener.unfit->why;
  } else {
    auto made = TlsContext::make(*listener.tls, TlsContext::Side::kServer, clock_.wall_ms());
    if (made) {
      tell_warnings(**made);
      gates_.set_tls(name, *std::move(made));
      return {};
    }
    why = made.error().message;
  }
  const bool other_trust =
      listener.unfit ? listener.unfit->other_trust : listener.tls->trust_store != of_file.trust_store;
  if (!has_files || other_trust) {
    return Error{Failure{fmt::format(
        "listener {} was given its stores with kafka-configs, and they are of no use: {}. The file's do not "
        "take "
        "their place, since they {}",
        name, why, has_files ? "trust others" : "are of no use either: " + useless_.at(name).message)}};
  }
  gates_.count_refused_reload();
  LOG_ERROR("Listener {} has the stores of the file: those it was given since are of no use: {}", name, why);
  tell_warnings(*gates_.find(name)->tls());
  return {};
}

security::TlsChangeRules ServerSecurity::change_rules() const {
  return {.allow_dn_changes = config_.security.allow_dn_changes,
          .allow_san_changes = config_.security.allow_san_changes};
}

std::optional<Failure> ServerSecurity::try_stores(const std::string& listener,
                                                  const security::TlsConfig& stores) const {
  const net::ListenerGate* gate = gates_.find(listener);
  const auto before = gate == nullptr ? nullptr : gate->tls();
  if (before == nullptr) return std::nullopt;
  auto made = TlsContext::make(stores, TlsContext::Side::kServer, clock_.wall_ms());
  if (!made) return made.error();
  return security::find_forbidden_change(*before, **made, change_rules());
}

void ServerSecurity::start(Loop& loop, Workers& workers, Replaced replaced) {
  TlsKeeper::Uses uses{.loop = loop,
                       .workers = workers,
                       .clock = clock_,
                       .replace =
                           [this, replaced = std::move(replaced)](const std::string& listener,
                                                                  std::shared_ptr<const TlsContext> context) {
                             const security::TlsConfig stores = context->config();
                             gates_.set_tls(listener, std::move(context));
                             replaced(listener, stores);
                           },
                       .count_refused = [this] { gates_.count_refused_reload(); }};
  keeper_ = std::make_unique<TlsKeeper>(std::move(uses), change_rules());
  for (const Listener& listener : config_.network.listeners) {
    const std::string& name = listener.endpoint.listener;
    const net::ListenerGate* gate = gates_.find(name);
    if (gate == nullptr) continue;
    if (auto context = gate->tls()) keeper_->watch(name, std::move(context));
  }
  keeper_->start();
}

void ServerSecurity::follow(const SecurityConfig& security) {
  for (const auto& [name, listener] : security.listeners) {
    if (!listener.tls || gates_.find(name) == nullptr) continue;
    if (!listener.unfit) {
      keeper_->reconfigure(name, *listener.tls);
      continue;
    }
    // The file's are those of before kafka-configs, and may let in who is not to come in any more.
    gates_.count_refused_reload();
    LOG_ERROR("Listener {} goes on with the stores that it has: those it was given are of no use: {}", name,
              listener.unfit->why);
  }
}

void ServerSecurity::stop() {
  if (keeper_) keeper_->stop();
}

}  // namespace klamm::broker
