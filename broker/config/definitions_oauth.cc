// SASL OAUTHBEARER.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"sasl.oauthbearer.scope.claim.name", kString, "scope", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The claim that holds the scope."},
    {"sasl.oauthbearer.sub.claim.name", kString, "sub", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The claim that holds the principal's name."},
    {"sasl.oauthbearer.token.endpoint.url", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "Where tokens are asked for."},
    {"sasl.oauthbearer.jwks.endpoint.url", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "Where the keys of the token provider are found."},
    {"sasl.oauthbearer.jwks.endpoint.refresh.ms", kLong, "3600000", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "How often those keys are read again."},
    {"sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", kLong, "100", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The first pause after those keys could not be read."},
    {"sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", kLong, "10000", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The longest pause after those keys could not be read."},
    {"sasl.oauthbearer.clock.skew.seconds", kInt, "30", any(), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "How far the provider's clock may differ."},
    {"sasl.oauthbearer.expected.audience", kList, "", list(), kHigh, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "Audiences of which a token must name one."},
    {"sasl.oauthbearer.expected.issuer", kString, kNull, any(), kHigh, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The issuer that a token must name."},
    {"sasl.oauthbearer.scope", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The scope that is asked for with a token."},
    {"sasl.oauthbearer.client.credentials.client.id", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The client's id at the token provider."},
    {"sasl.oauthbearer.client.credentials.client.secret", kPassword, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The client's secret at the token provider."},
    {"sasl.oauthbearer.jwt.retriever.class", kClass,
     "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "A Java class that gets tokens."},
    {"sasl.oauthbearer.jwt.validator.class", kClass,
     "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "A Java class that checks tokens."},
    {"sasl.oauthbearer.assertion.algorithm", kString, "RS256", one_of_ignoring_case("ES256, RS256"), kMedium,
     kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The algorithm assertions are signed with."},
    {"sasl.oauthbearer.assertion.claim.aud", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The audience of an assertion."},
    {"sasl.oauthbearer.assertion.claim.exp.seconds", kInt, "300", between(0, 86400), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "How long an assertion holds."},
    {"sasl.oauthbearer.assertion.claim.iss", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The issuer of an assertion."},
    {"sasl.oauthbearer.assertion.claim.jti.include", kBoolean, "false", any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "Whether an assertion carries an id of its own."},
    {"sasl.oauthbearer.assertion.claim.nbf.seconds", kInt, "60", between(0, 3600), kLow, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "How far before now an assertion begins to hold."},
    {"sasl.oauthbearer.assertion.claim.sub", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The subject of an assertion."},
    {"sasl.oauthbearer.assertion.file", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "A file that holds an assertion ready made."},
    {"sasl.oauthbearer.assertion.private.key.file", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The key assertions are signed with, in PEM form."},
    {"sasl.oauthbearer.assertion.private.key.passphrase", kPassword, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "The password of that key."},
    {"sasl.oauthbearer.assertion.template.file", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("OAUTHBEARER comes later"), "A file with fixed parts of assertions."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> oauth() { return kRows; }

}  // namespace klamm::broker::rows
