#include "security/pkcs12_store.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <memory>

#include "security/store_parts.h"

namespace klamm::security {
namespace {

// Safes may hold safes; nobody writes more than one in another.
constexpr int kNestingMax = 4;
constexpr const char* kTrustedKeyUsage = "2.16.840.1.113894.746875.1.1";

struct FreeBags {
  void operator()(STACK_OF(PKCS12_SAFEBAG) * bags) const {
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
  }
};
struct FreeSafes {
  void operator()(STACK_OF(PKCS7) * safes) const { sk_PKCS7_pop_free(safes, PKCS7_free); }
};
using Pkcs12Ptr = std::unique_ptr<PKCS12, OpensslFree<&PKCS12_free>>;
using BagsPtr = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), FreeBags>;
using SafesPtr = std::unique_ptr<STACK_OF(PKCS7), FreeSafes>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpensslFree<&ASN1_OBJECT_free>>;
using Password = std::optional<std::string>;  // nullopt: none, which old schemes tell from an empty one

struct KeyEntry {
  std::string alias;
  Bytes id;                   // ties it to its certificate; may be empty
  const PKCS12_SAFEBAG* bag;  // one of Contents::bags, or within one
};

struct CertificateEntry {
  Bytes id;
  bool is_trusted;
  CertificatePtr certificate;
};

struct Contents {
  std::vector<BagsPtr> bags;
  std::vector<KeyEntry> keys;
  std::vector<CertificateEntry> certificates;
  Password password;  // the one that opens it
};

// Why its MAC cannot be looked at, or nothing.
std::optional<Error<StoreError>> check_mac(const PKCS12& store) {
  const ASN1_OCTET_STRING* mac = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* salt = nullptr;
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(&mac, &algorithm, &salt, &iterations, &store);
  if (EVP_get_digestbyobj(algorithm->algorithm) != nullptr) return std::nullopt;
  char name[80] = {};
  OBJ_obj2txt(name, sizeof name, algorithm->algorithm, 0);
  return malformed("its integrity is protected with " + quoted(name) +
                   ", which is not known: write it again with keytool or openssl, whose default is SHA-256");
}

int64_t mac_iterations(const PKCS12& store) {
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, &store);
  return iterations != nullptr ? iterations_of(iterations) : 1;
}

bool fits(PKCS12& store, const Password& password) {
  return PKCS12_verify_mac(&store, password ? password->data() : nullptr,
                           password ? static_cast<int>(password->size()) : 0) == 1;
}

// The password that the store was sealed with. Who leaves it empty may mean none or an empty one. A store
// that is read without a password is not checked when it turns out to have one.
Result<Password, StoreError> find_password(PKCS12& store, const Password& given) {
  std::vector<Password> candidates = {given};
  if (!given || given->empty()) candidates = {Password(""), Password()};
  for (const Password& candidate : candidates) {
    if (fits(store, candidate)) return candidate;
  }
  if (!given) return given;
  return wrong_password("the password is not that of the store, or the store was changed");
}

Result<Password, StoreError> verify(PKCS12& store, const Password& given, PbeBudget& budget) {
  if (PKCS12_mac_present(&store) != 1) return given;
  if (auto error = check_mac(store)) return std::move(*error);
  const int64_t iterations = mac_iterations(store);
  const int attempts = !given || given->empty() ? 2 : 1;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (!budget.spend(iterations)) return too_many_iterations();
  }
  return find_password(store, given);
}

Bytes id_of(const PKCS12_SAFEBAG& bag) {
  const ASN1_TYPE* id = PKCS12_SAFEBAG_get0_attr(&bag, NID_localKeyID);
  if (id == nullptr || id->type != V_ASN1_OCTET_STRING) return {};
  const uint8_t* data = ASN1_STRING_get0_data(id->value.octet_string);
  return {data, data + ASN1_STRING_length(id->value.octet_string)};
}

std::string alias_of(const PKCS12_SAFEBAG& bag) {
  // OpenSSL only reads it.
  char* name = PKCS12_get_friendlyname(const_cast<PKCS12_SAFEBAG*>(&bag));
  std::string alias = name != nullptr ? lower_case(name) : "";
  OPENSSL_free(name);
  return alias;
}

bool is_trusted(const PKCS12_SAFEBAG& bag) {
  const ObjectPtr usage(OBJ_txt2obj(kTrustedKeyUsage, 1));
  return X509at_get_attr_by_OBJ(PKCS12_SAFEBAG_get0_attrs(&bag), usage.get(), -1) >= 0;
}

// What is no key and no certificate (secrets, revocation lists) is passed over.
std::optional<Error<StoreError>> collect(const STACK_OF(PKCS12_SAFEBAG) * bags, Contents& contents,
                                         int nesting) {
  for (int number = 0; number < sk_PKCS12_SAFEBAG_num(bags); ++number) {
    const PKCS12_SAFEBAG& bag = *sk_PKCS12_SAFEBAG_value(bags, number);
    switch (PKCS12_SAFEBAG_get_nid(&bag)) {
      case NID_keyBag:
      case NID_pkcs8ShroudedKeyBag:
        contents.keys.push_back({alias_of(bag), id_of(bag), &bag});
        break;
      case NID_certBag: {
        if (PKCS12_SAFEBAG_get_bag_nid(&bag) != NID_x509Certificate) break;
        CertificatePtr certificate(PKCS12_SAFEBAG_get1_cert(&bag));
        if (certificate == nullptr) {
          return malformed("one of its certificates cannot be read (" + take_openssl_errors() + ")");
        }
        contents.certificates.push_back({id_of(bag), is_trusted(bag), std::move(certificate)});
        break;
      }
      case NID_safeContentsBag: {
        if (nesting == kNestingMax) return malformed("its safes are nested too deeply");
        auto error = collect(PKCS12_SAFEBAG_get0_safes(&bag), contents, nesting + 1);
        if (error) return error;
        break;
      }
      default:
        break;
    }
  }
  return std::nullopt;
}

Result<BagsPtr, StoreError> open_encrypted(const PKCS7& safe, const Password& password, PbeBudget& budget) {
  const PKCS7_ENC_CONTENT* content = safe.d.encrypted != nullptr ? safe.d.encrypted->enc_data : nullptr;
  if (content == nullptr || content->algorithm == nullptr || content->enc_data == nullptr) {
    return malformed("an encrypted part of it is empty");
  }
  auto plain = decrypt(*content->algorithm, *content->enc_data, password, budget, "the store");
  if (!plain) return Error{std::move(plain).error()};
  const uint8_t* at = plain->data();
  void* bags = ASN1_item_d2i(nullptr, &at, static_cast<long>(plain->size()), ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
  // One wrong password in 256 leaves good padding.
  if (bags == nullptr) return wrong_password("the password does not decrypt the store");
  return BagsPtr(static_cast<STACK_OF(PKCS12_SAFEBAG)*>(bags));
}

Result<BagsPtr, StoreError> open_safe(PKCS7& safe, const Password& password, PbeBudget& budget) {
  if (PKCS7_type_is_encrypted(&safe)) return open_encrypted(safe, password, budget);
  if (PKCS7_type_is_data(&safe)) return BagsPtr(PKCS12_unpack_p7data(&safe));
  return malformed("a part of it is encrypted for a public key, not with a password");
}

Result<Contents, StoreError> open_store(ByteView bytes, const Password& given, PbeBudget& budget) {
  const uint8_t* at = bytes.data();
  const Pkcs12Ptr store(d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  if (store == nullptr) {
    return malformed("it is not PKCS12, or damaged or cut off (" + take_openssl_errors() + ")");
  }
  auto password = verify(*store, given, budget);
  if (!password) return Error{std::move(password).error()};
  const SafesPtr safes(PKCS12_unpack_authsafes(store.get()));
  if (safes == nullptr) return malformed("what it holds cannot be read (" + take_openssl_errors() + ")");

  Contents contents{{}, {}, {}, std::move(*password)};
  for (int number = 0; number < sk_PKCS7_num(safes.get()); ++number) {
    auto bags = open_safe(*sk_PKCS7_value(safes.get(), number), contents.password, budget);
    if (!bags) return Error{std::move(bags).error()};
    if (*bags == nullptr) return malformed("a part of it cannot be read (" + take_openssl_errors() + ")");
    auto error = collect(bags->get(), contents, 0);
    if (error) return std::move(*error);
    contents.bags.push_back(std::move(*bags));
  }
  return contents;
}

Result<KeyPtr, StoreError> open_key(const KeyEntry& entry, const Password& password, PbeBudget& budget) {
  const std::string its_key = entry.alias.empty() ? "its key" : "its key " + quoted(entry.alias);
  if (PKCS12_SAFEBAG_get_nid(entry.bag) == NID_pkcs8ShroudedKeyBag) {
    return decrypt_key(*PKCS12_SAFEBAG_get0_pkcs8(entry.bag), password, budget, its_key);
  }
  KeyPtr key(EVP_PKCS82PKEY(PKCS12_SAFEBAG_get0_p8inf(entry.bag)));
  if (key == nullptr) return malformed(its_key + " cannot be read (" + take_openssl_errors() + ")");
  return key;
}

// Which certificate comes with a key. A key without an identifier has the first one.
auto first_certificate(Contents& contents, const KeyEntry& key) {
  return std::find_if(
      contents.certificates.begin(), contents.certificates.end(), [&](const CertificateEntry& entry) {
        return entry.certificate != nullptr && (key.id.empty() || entry.id == key.id);
      });
}

}  // namespace

Result<KeyMaterial, StoreError> read_pkcs12_key_store(ByteView bytes, const Password& store_password,
                                                      const Password& key_password, PbeBudget budget) {
  auto contents = open_store(bytes, store_password, budget);
  if (!contents) return Error{std::move(contents).error()};
  if (contents->keys.empty()) {
    return store_error(StoreError::Kind::kNoKey, contents->certificates.empty()
                                                     ? "it is an empty store"
                                                     : "it has only certificates, no private key");
  }
  const auto entry =
      std::min_element(contents->keys.begin(), contents->keys.end(),
                       [](const KeyEntry& a, const KeyEntry& b) { return a.alias < b.alias; });
  auto key = open_key(*entry, key_password ? key_password : contents->password, budget);
  const bool is_refused = !key && key.error().kind == StoreError::Kind::kWrongPassword;
  if (is_refused && key_password && contents->password && contents->password != key_password) {
    auto again = open_key(*entry, contents->password, budget);
    if (again || again.error().kind != StoreError::Kind::kWrongPassword) key = std::move(again);
  }
  if (!key) return Error{std::move(key).error()};

  std::vector<CertificatePtr> certificates;
  for (CertificateEntry& each : contents->certificates) certificates.push_back(std::move(each.certificate));
  // Other entries' certificates lie beside those of this one.
  return assemble(std::move(*key), std::move(certificates), Strangers::kDropped);
}

Result<std::vector<CertificatePtr>, StoreError> read_pkcs12_trust_store(ByteView bytes,
                                                                        const Password& password,
                                                                        PbeBudget budget) {
  auto contents = open_store(bytes, password, budget);
  if (!contents) return Error{std::move(contents).error()};
  const bool has_marks = std::any_of(contents->certificates.begin(), contents->certificates.end(),
                                     [](const CertificateEntry& entry) { return entry.is_trusted; });
  const bool takes_all = !has_marks && contents->keys.empty();
  std::vector<CertificatePtr> trusted;
  for (CertificateEntry& entry : contents->certificates) {
    if (entry.is_trusted || takes_all) trusted.push_back(std::move(entry.certificate));
  }
  for (const KeyEntry& key : contents->keys) {
    const auto first = first_certificate(*contents, key);
    if (first != contents->certificates.end()) trusted.push_back(std::move(first->certificate));
  }
  if (trusted.empty()) return store_error(StoreError::Kind::kNoCertificate, "it has no certificate");
  return trusted;
}

}  // namespace klamm::security
