// The open lesson as the page shows it. Fetched with the first one.

import type { LessonStep, Question } from "../lesson/lesson.ts";
import type { Play } from "../lesson/play.ts";
import type { LessonView, QuestionView, StepView } from "./protocol.ts";

export function lessonViewOf(play: Play): LessonView {
  const { lesson } = play;
  return {
    id: lesson.id,
    title: lesson.title,
    goal: lesson.goal,
    stars: lesson.stars,
    daily: lesson.start.faults !== undefined,
    guests: play.guests,
    startsBroken: lesson.start.broken,
    story: lesson.story,
    steps: lesson.steps.map((step, i) => stepView(step, i, play)),
    current: play.current,
    done: play.done,
    ending: lesson.ending,
    seams: lesson.seams,
    wrongTurn: play.wrongTurn && { id: play.wrongTurn.id, reply: play.wrongTurn.reply },
    quiz: lesson.quiz.map((question) => questionView(question, play)),
  };
}

function stepView(step: LessonStep, index: number, play: Play): StepView {
  const done = index < play.current;
  const shown = play.hints.get(step.id) ?? 0;
  return {
    id: step.id,
    title: step.title,
    text: step.text,
    prediction: step.prediction && questionView(step.prediction, play),
    checks: step.checks.map(({ id, title }, i) => {
      const verdict = index === play.current ? play.verdicts[i] : undefined;
      return {
        id,
        title,
        passed: done || (verdict?.holds ?? false),
        whyNotYet: verdict?.why ?? "",
      };
    }),
    commands: step.commands,
    hints: step.hints.slice(0, shown).map(({ rung, text }) => ({ rung, text })),
    moreHints: shown < step.hints.length,
    done,
  };
}

function questionView(question: Question, play: Play): QuestionView {
  const chosen = play.answers.get(question.id);
  const answered = chosen !== undefined;
  return {
    id: question.id,
    question: question.question,
    choices: question.choices,
    chosen,
    right: answered ? question.right : undefined,
    because: answered ? question.because : "",
  };
}
