// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Values

extension GuardFunction {
    /// A part of a timestamp, in UTC or in the zone named by a second argument, or of a duration.
    func accessor(_ moment: Value, zone: Value?) throws(GuardError) -> Int64 {
        switch moment {
        case .timestamp(let instant):
            guard let zone else { return part(of: instant, offsetSeconds: 0) }
            guard case .string(let name) = zone else { throw noOverload(moment, zone) }
            return part(of: instant, offsetSeconds: try GuardFunction.offsetSeconds(name, at: instant))
        case .duration(let duration) where zone == nil: return try part(of: duration)
        default: throw noOverload(moment)
        }
    }

    private func part(of instant: Instant, offsetSeconds: Int) -> Int64 {
        let (date, second) = instant.civil(offsetSeconds: offsetSeconds)
        let part =
            switch self {
            case .getFullYear: date.year
            case .getMonth: date.month - 1
            case .getDayOfMonth: date.day - 1
            case .getDate: date.day
            case .getDayOfWeek: date.weekday.rawValue % 7
            case .getDayOfYear: date.dayNumber - (CivilDate(year: date.year, month: 1, day: 1)?.dayNumber ?? 0)
            case .getHours: second / 3_600
            case .getMinutes: second / 60 % 60
            case .getSeconds: second % 60
            default: Int(instant.nanoseconds / 1_000_000)
            }
        return Int64(part)
    }

    private func part(of duration: Duration) throws(GuardError) -> Int64 {
        let (seconds, attoseconds) = duration.components
        switch self {
        case .getHours: return seconds / 3_600
        case .getMinutes: return seconds / 60
        case .getSeconds: return seconds
        case .getMilliseconds: return attoseconds / 1_000_000_000_000_000
        default: throw noOverload(.duration(duration))
        }
    }

    /// `+01:00`, `01:00`, or a name of the IANA database.
    private static func offsetSeconds(_ zone: String, at instant: Instant) throws(GuardError) -> Int {
        if let offset = fixedOffset(zone) { return offset }
        guard let zone = TimeZone(identifier: zone) else {
            throw GuardError(code: .invalidArgument, message: "no such time zone; write +01:00 or a name such as Europe/Amsterdam")
        }
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant.seconds)))
    }

    private static func fixedOffset(_ zone: String) -> Int? {
        var digits = Substring(zone)
        let sign = digits.first == "-" ? -1 : 1
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isNumber) }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
