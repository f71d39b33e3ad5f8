// SPDX-License-Identifier: EUPL-1.2

/// The names of exchanges, queues and routing keys. They hold roles and kinds of message, never a person or a region: a queue's
/// name can be read by whoever may list queues.
public enum Addresses {
    public static let toPartners = "ketenroute.naar-partners"
    public static let fromPartners = "ketenroute.van-partners"

    /// The queue from which a partner's workers take.
    public static func partnerQueue(_ partner: String, lane: String) -> String { "partner.\(partner).\(lane)" }

    /// The queue from which the engine takes.
    public static func engineQueue(lane: String) -> String { "engine.\(lane)" }

    public static func toPartner(_ partner: String, lane: String) -> String { "\(lane).\(partner)" }

    public static func fromPartner(_ partner: String, lane: String, type: MessageType) -> String { "\(lane).\(partner).\(type.name)" }

    /// The partner that a message from partners came from. The broker lets each publish under its own name only.
    public static func partner(ofRoutingKey key: String) -> String? {
        let parts = key.split(separator: ".")
        return parts.count == 3 ? String(parts[1]) : nil
    }
}
