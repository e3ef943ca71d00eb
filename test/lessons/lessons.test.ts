// Every lesson of the course, proved.

import { course, prove } from "./prove.ts";

prove(course.wings.flatMap(({ lessons }) => lessons));
