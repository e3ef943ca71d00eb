// Every broken hotel, proved.

import { course, prove } from "./prove.ts";

prove(course.cases);
