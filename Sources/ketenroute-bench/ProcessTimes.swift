// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Values

/// Processor time that groups of processes have taken, from /proc. `KETENROUTE_BENCH_PROCESSES` names them:
/// `engine=12 partners=13,14 postgresql=15`; the children of each are counted with it.
struct ProcessTimes: Sendable {
    private let groups: [(name: String, pids: [Int])]

    init() {
        let text = ProcessInfo.processInfo.environment["KETENROUTE_BENCH_PROCESSES"] ?? ""
        groups = text.split(separator: " ").map { entry in
            let parts = entry.split(separator: "=", maxSplits: 1)
            return (String(parts[0]), parts.count == 2 ? parts[1].split(separator: ",").compactMap { Int($0) } : [])
        }
    }

    /// Seconds by group since each process began.
    func seconds() -> [String: Double] {
        let all = ProcessTimes.all()
        return Dictionary(
            groups.map { name, pids in
                (name, all.filter { ProcessTimes.belongs($0.key, to: pids, all) }.reduce(0) { $0 + $1.value.seconds })
            }
        ) { $0 + $1 }
    }

    /// Resident memory of a group's own processes, in MB; shared pages count in each.
    func megabytes(_ group: String) -> Double {
        (groups.first { $0.name == group }?.pids ?? []).reduce(0) { sum, pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            return sum + (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0) / 1_024
        }
    }

    private struct Times {
        let parent: Int
        let seconds: Double
    }

    private static func all() -> [Int: Times] {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var times: [Int: Times] = [:]
        for pid in names.compactMap({ Int($0) }) {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                // The name in brackets may hold anything.
                let bracket = stat.lastIndex(of: ")")
            else { continue }
            let fields = stat[stat.index(after: bracket)...].split(separator: " ")
            guard fields.count > 14, let parent = Int(fields[1]) else { continue }
            times[pid] = Times(parent: parent, seconds: fields[11...14].compactMap { Double($0) }.reduce(0, +) / ticks)
        }
        return times
    }

    private static func belongs(_ pid: Int, to pids: [Int], _ all: [Int: Times]) -> Bool {
        var candidate = pid
        while candidate > 1 {
            if pids.contains(candidate) { return true }
            guard let parent = all[candidate]?.parent else { return false }
            candidate = parent
        }
        return false
    }
}
