// The compiled course: see scripts/lessons.ts.
declare module "*/lessons/course.yaml" {
  // A module that is declared here cannot import by a relative path.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const course: import("./outline.ts").CourseOutline;
  export default course;
}

// A manifest read at build time: see scripts/lessons.ts.
declare module "*.yaml?manifest" {
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const file: import("./lesson.ts").StartFile;
  export default file;
}
