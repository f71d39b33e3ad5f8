// SPDX-License-Identifier: EUPL-1.2

/// Who sends a message to whom, and what it is called. An answer turns it around: sender and receiver change places and the
/// reference becomes the `crossRefnummer`.
public struct Stuurgegevens: Hashable, Sendable, Decodable {
    public struct Systeem: Hashable, Sendable, Decodable {
        /// An OIN; of the receiver any name that the sender has for it.
        public let organisatie: String
        public let applicatie: String
        public let administratie: String?
        public let gebruiker: String?
    }

    public let zender: Systeem
    public let ontvanger: Systeem
    public let referentienummer: String
    /// `yyyymmdd`, with as much of the time as the sender gives.
    public let tijdstipBericht: String
}
