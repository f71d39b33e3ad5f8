// SPDX-License-Identifier: EUPL-1.2

/// An element's or attribute's name with its namespace. Prefixes are the sender's own and mean nothing.
struct ElementName: Hashable, Sendable {
    let namespace: String
    let local: String
}

/// The namespaces of the messages, as the schemas of StUF Jeugdzorg 1.0.9 declare them.
enum Namespace {
    static let jz = "http://www.stufstandaarden.nl/koppelvlak/jz0100"
    static let stuf = "http://www.egem.nl/StUF/StUF0301"
    static let bg = "http://www.egem.nl/StUF/sector/bg/0310"
    static let zkn = "http://www.egem.nl/StUF/sector/zkn/0310"
    /// https://www.w3.org/TR/xmlschema-1/, section 2.6
    static let xsi = "http://www.w3.org/2001/XMLSchema-instance"
    /// https://www.w3.org/TR/2000/NOTE-SOAP-20000508/ and https://www.w3.org/TR/soap12-part1/
    static let soap = ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]
}
