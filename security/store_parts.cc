#include "security/store_parts.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace klamm::security {
namespace {


bool has_issued(X509& issuer, X509& certificate) {
  return X509_NAME_cmp(X509_get_subject_name(&issuer), X509_get_issuer_name(&certificate)) == 0;
}

// Who signed `certificate`. Of several with its issuer's name (an authority whose key was renewed) the one
// whose key identifier and usage fit; one that only has the name when none fits better: who connects will
// judge it.
std::vector<CertificatePtr>::iterator find_issuer(std::vector<CertificatePtr>& among, X509& certificate) {
  const auto fits = [&](const CertificatePtr& issuer) {
    return X509_check_issued(issuer.get(), &certificate) == X509_V_OK;
  };
  const auto best = std::find_if(among.begin(), among.end(), fits);
  if (best != among.end()) return best;
  return std::find_if(among.begin(), among.end(),
                      [&](const CertificatePtr& issuer) { return has_issued(*issuer, certificate); });
}

// The same certificate twice, which a file has when two were put together, is sent once.
void drop_repeated(std::vector<CertificatePtr>& certificates) {
  std::set<Bytes> seen;
  std::erase_if(certificates, [&](const CertificatePtr& certificate) {
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) return false;
    digest.resize(size);
    return !seen.insert(std::move(digest)).second;
  });
}

}  // namespace

CertificatePtr decode_certificate(ByteView der) {
  const uint8_t* at = der.data();
  return CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

KeyPtr decode_key(ByteView der) {
  const uint8_t* at = der.data();
  return KeyPtr(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
}

Result<KeyMaterial, StoreError> assemble(KeyPtr key, std::vector<CertificatePtr> certificates,
                                         Strangers strangers) {
  if (certificates.empty()) {
    return store_error(StoreError::Kind::kNoCertificate, "it has a private key and no certificate");
  }
  auto next = std::find_if(certificates.begin(), certificates.end(), [&](const CertificatePtr& certificate) {
    return X509_check_private_key(certificate.get(), key.get()) == 1;
  });
  if (next == certificates.end()) {
    return store_error(StoreError::Kind::kMismatch,
                       certificates.size() == 1
                           ? "the private key is not that of the certificate"
                           : "the private key is not that of any of its " +
                                 std::to_string(certificates.size()) + " certificates");
  }
  KeyMaterial material;
  while (next != certificates.end()) {
    material.chain.push_back(std::move(*next));
    certificates.erase(next);
    X509& last = *material.chain.back();
    // A root has issued itself.
    next = has_issued(last, last) ? certificates.end() : find_issuer(certificates, last);
  }
  if (strangers == Strangers::kKept) {
    std::move(certificates.begin(), certificates.end(), std::back_inserter(material.chain));
  }
  drop_repeated(material.chain);
  material.key = std::move(key);
  return material;
}

}  // namespace klamm::security
