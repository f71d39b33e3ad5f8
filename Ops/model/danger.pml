/* SPDX-License-Identifier: EUPL-1.2
 *
 * Danger, from whoever says it to the police officer who knows of it: the police's system reports it at the door (danger 0), a
 * partner in the middle of a case says it over the broker (danger 1). Two engines, the lane and its sweep, the alarm channel and
 * those on duty, a broker that may die for good. README.md says what is left out, and why.
 *
 * An atomic block is what question.pml says it is. Whoever acts may die CRASHES times in all.
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#define FAILURES 2             /* how often the alarm channel may fail before it gets through */
#define ON_DUTY 2              /* as many as the chain has; the last one answers */
#define BIT(n) (1 << (n))

/* PostgreSQL */
byte inbox;                    /* dangers that were dealt with */
byte unsent;                   /* outbox of the acute lane */
byte confirmed;                /* dangers that the police have confirmed */
byte alarmed[2];               /* how many of the chain have been called about it */

/* RabbitMQ */
bool isDown;
bool said;                     /* danger 1, on its way to the engines */
byte work;                     /* questions on their way to the police */

/* For the properties alone. */
byte raised[2];                /* how often it was raised */
bool isSafe;                   /* the broker has told the partner that it has danger 1 */

byte crashes, failures;
#define mayDie (crashes < CRASHES)

#ifdef NO_DEDUPE
#define isKnown(danger) false
#else
#define isKnown(danger) (inbox & BIT(danger))
#endif

inline commit(danger) {
    if
    :: isKnown(danger)
    :: else -> raised[danger]++; unsent = unsent | BIT(danger)
    fi;
    inbox = inbox | BIT(danger);
    assert(raised[danger] == 1)            /* one case, one chain of alarms */
}

/* The system asks again until it hears that the report is in. The door may die, or the answer be lost, on either side of the commit. */
active proctype Police() {
    do
    :: atomic { commit(0); break }
    :: atomic { mayDie -> crashes++ }
    :: atomic { mayDie -> crashes++; commit(0) }
    od
}

/* A partner says it until the broker has it safe. */
active proctype Partner() {
end:
    if
    :: atomic { !isDown -> said = true; isSafe = true }
    :: atomic { !isDown && mayDie -> crashes++ }    /* it died before it had said anything */
    fi
}

active [2] proctype Engine() {
end:
    do
    :: atomic {
            said -> said = false;
            if
            :: commit(1)
#ifdef ACK_BEFORE_COMMIT
            :: mayDie -> crashes++
#else
            :: mayDie -> crashes++; said = !isDown
            :: mayDie -> crashes++; commit(1); said = !isDown
#endif
            fi
        }
    od
}

/* Publishes what the outbox holds; while the broker is down it tries in vain. */
active proctype Sweep() {
    byte danger;
end:
    do
    :: atomic {
            unsent && !isDown -> danger = (unsent & BIT(0) -> 0 : 1);
            if
            :: work = work | BIT(danger); unsent = unsent & ~BIT(danger)
            :: mayDie -> crashes++; work = work | BIT(danger)
#ifdef DELETE_BEFORE_CONFIRM
            :: mayDie -> crashes++; unsent = unsent & ~BIT(danger)
#endif
            fi;
            danger = 0
        }
    od
}

/* The officer at the police's own system. He may be away from it; then only the alarm reaches anybody. */
active proctype Officer() {
end:
    do
    :: atomic { work & BIT(0) -> work = work & ~BIT(0); if :: confirmed = confirmed | BIT(0) :: skip fi }
    :: atomic { work & BIT(1) -> work = work & ~BIT(1); if :: confirmed = confirmed | BIT(1) :: skip fi }
    od
}

/* Not confirmed within its bound: the alarm channel, until it gets through, and then the next on duty if that one says nothing. */
proctype Alarm(byte danger) {
end:
    do
#ifndef NO_ALARM
    :: atomic {
            inbox & BIT(danger) && !(confirmed & BIT(danger)) && alarmed[danger] < ON_DUTY ->
            if
            :: failures < FAILURES -> failures++
#ifdef ALARM_ONCE
                ; alarmed[danger] = ON_DUTY
#endif
            :: else -> 
                alarmed[danger]++;
                if
                :: confirmed = confirmed | BIT(danger)
                :: alarmed[danger] < ON_DUTY
#ifdef NO_CHAIN
                    -> alarmed[danger] = ON_DUTY
#endif
                fi
            fi
        }
#else
    :: false
#endif
    od
}

init { atomic { run Alarm(0); run Alarm(1) } }

#ifdef BROKER_DIES
active proctype BrokerDeath() { if :: atomic { isDown = true; said = false; work = 0 } :: skip fi }
#endif

/* Every danger that was raised comes to be known to somebody at the police, whatever breaks. */
#define isUnknown(danger) (raised[danger] > 0 && !(confirmed & BIT(danger)))
ltl known { [] ((isUnknown(0) || isUnknown(1)) -> <> (!isUnknown(0) && !isUnknown(1))) }
/* What a partner was told is safe is raised. */
ltl raises { [] (isSafe -> <> (raised[1] > 0)) }
