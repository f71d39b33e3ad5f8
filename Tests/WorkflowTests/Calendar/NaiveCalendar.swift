// SPDX-License-Identifier: EUPL-1.2

/// A second calendar of the Netherlands that shares no line and no method with the first: a list of all days, weekdays by
/// counting on from one known day, Easter from the printed table of Paschal full moons, terms by walking the list.
struct NaiveCalendar {
    struct Day: Hashable {
        let year: Int
        let month: Int
        let day: Int
    }

    /// From 2020-01-01 to 2040-12-31.
    private(set) var days: [Day] = []
    private(set) var works: [Bool] = []
    private(set) var index: [Day: Int] = [:]

    init() {
        let fixed = [[1, 1], [5, 5], [12, 25], [12, 26]]
        var weekday = 3  // 2020-01-01 was a Wednesday; 7 is Sunday.
        for year in 2020...2040 {
            for month in 1...12 {
                for day in 1...NaiveCalendar.length(month, year) {
                    let isFixed = fixed.contains([month, day]) || (month == 4 && day == 27 && weekday != 7)
                    let isMovedKing = month == 4 && day == 26 && weekday == 6
                    index[Day(year: year, month: month, day: day)] = days.count
                    days.append(Day(year: year, month: month, day: day))
                    works.append(weekday < 6 && !isFixed && !isMovedKing)
                    weekday = weekday == 7 ? 1 : weekday + 1
                }
            }
        }
        closeDaysOfEaster()
    }

    private static func length(_ month: Int, _ year: Int) -> Int {
        // No century year but 2000, a leap year, lies near.
        month == 2 ? (year % 4 == 0 ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private mutating func closeDaysOfEaster() {
        // Month and day of the Paschal full moon by golden number 1 to 19, for the years 1900 to 2199.
        let fullMoons = [
            (4, 14), (4, 3), (3, 23), (4, 11), (3, 31), (4, 18), (4, 8), (3, 28), (4, 16), (4, 5),
            (3, 25), (4, 13), (4, 2), (3, 22), (4, 10), (3, 30), (4, 17), (4, 7), (3, 27),
        ]
        for year in 2020...2040 {
            let (month, day) = fullMoons[year % 19]
            guard let fullMoon = index[Day(year: year, month: month, day: day)] else { continue }
            // 5 January 2020 was a Sunday: index 4.
            var easter = fullMoon + 1
            while easter % 7 != 4 { easter += 1 }
            for offset in [-2, 1, 39, 50] { works[easter + offset] = false }
        }
    }

    /// The index of the last day of `count` working days after the day at `start`, or nil past the end of the list.
    func workingDays(_ count: Int, after start: Int) -> Int? {
        let later = (start + 1)..<max(start + 1, days.count)
        let working = later.prefix(count * 8 + 15).filter { works[$0] }
        return working.count >= count ? working[count - 1] : nil
    }

    /// The index of the first day from `raw` on that is a working day and has, for a term of three days or more, another
    /// working day between it and the start.
    func statutory(raw: Int?, start: Int) -> Int? {
        guard let raw, raw < days.count else { return nil }
        return (raw..<days.count).first { end in
            works[end] && (raw - start < 3 || works[(start + 1)...end].count { $0 } >= 2)
        }
    }

    func months(_ count: Int, after start: Int) -> Int? {
        var (year, month) = (days[start].year, days[start].month)
        for _ in 0..<count { (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1) }
        return index[Day(year: year, month: month, day: min(days[start].day, NaiveCalendar.length(month, year)))]
    }
}
