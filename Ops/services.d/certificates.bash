# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Ops/services reads this file together with the ones beside it, and they share their variables.
# Certificates for the tests of TLS: an authority, what it has signed for a server and for a client, and a stranger that nobody
# trusts with a client of its own.

readonly certificates=$state/tls

make_certificates() {
    # Made anew when they would not outlive a week.
    if openssl x509 -in "$certificates/server.pem" -noout -checkend 604800 >/dev/null 2>&1; then return 0; fi
    rm -rf "$certificates"
    mkdir -p "$certificates"
    if ! write_certificates >"$state/openssl.log" 2>&1; then
        rm -rf "$certificates"
        fail "$EX_SOFTWARE" "openssl made no certificates; see $state/openssl.log"
    fi
}

write_certificates() {
    local authority
    for authority in authority stranger; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 365 -subj "/CN=Ketenroute test $authority" \
            -keyout "$certificates/$authority.key" -out "$certificates/$authority.pem" || return 1
    done
    sign authority server localhost serverAuth && sign authority client tester clientAuth \
        && sign stranger stranger-client tester clientAuth
}

# sign AUTHORITY FILE NAME USE: a key and a certificate for NAME.
sign() {
    local authority=$certificates/$1 file=$certificates/$2 name=$3 use=$4
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$name" -keyout "$file.key" -out "$file.csr" \
        && openssl x509 -req -in "$file.csr" -CA "$authority.pem" -CAkey "$authority.key" -CAcreateserial -days 365 \
            -extfile <(printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\n' "$name" "$use") -out "$file.pem" \
        && rm "$file.csr"
}
